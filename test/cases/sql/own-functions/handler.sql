SELECT slug('Hello World') AS slug, double(21) AS whole, double(0.25) AS part, even(2) AS even, typeof(double(2)) AS type, (SELECT longest(value) FROM json_each('["a", "ccc", "bb"]')) AS longest;
