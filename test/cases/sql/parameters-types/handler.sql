SELECT typeof(:i) AS i, typeof(:r) AS r, typeof(:t) AS t, typeof(:b) AS b, typeof(:n) AS n;
