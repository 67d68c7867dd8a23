SELECT 'name' AS a, 1 AS name,
  name;
