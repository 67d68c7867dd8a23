SELECT typeof(event('a')) AS a, typeof(event('b')) AS b, typeof(:a) AS c, event('a') AS d;
