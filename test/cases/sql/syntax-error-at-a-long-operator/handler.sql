SELECT 'a' || 'b' AS c,
  || 'd';
