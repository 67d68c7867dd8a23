SELECT event() AS a, event('') AS b;
