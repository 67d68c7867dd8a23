SELECT 1;

SELECT name, 'FORM' AS f,
  id FORM users;
