SELECT event(NULL) AS a;
