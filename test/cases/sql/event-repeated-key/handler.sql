SELECT event('a') AS a, event('b') AS b;
