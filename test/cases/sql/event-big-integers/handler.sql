SELECT event('a') AS a, event('b') AS b, event('c') AS c, typeof(event('d')) AS d, :a + 1 AS e;
