SELECT :name AS name, typeof(:name) AS type;
