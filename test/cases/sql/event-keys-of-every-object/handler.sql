SELECT event('constructor') AS a, event('__proto__') AS b, event('toString.name') AS c, event('length') AS d;
