-- Ã¼ber
SELECT 'ok' AS a,
  'café' AS b;
