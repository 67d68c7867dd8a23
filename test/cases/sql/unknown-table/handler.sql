SELECT 1;
SELECT * FROM users u JOIN
  groups g;
