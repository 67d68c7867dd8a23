SELECT print('a') AS a, print(1) AS b, print(1.0) AS c, print(NULL) AS d, print(x'00ff') AS e, print(9223372036854775807) AS f, typeof(print(1.0)) AS g;
