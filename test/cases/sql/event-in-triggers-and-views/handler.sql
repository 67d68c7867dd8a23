SELECT who FROM shown;
