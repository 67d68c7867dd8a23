SELECT :name AS a, $name AS b, @name AS c, :tags AS d;
