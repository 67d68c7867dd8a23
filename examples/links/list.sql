-- GET /links?limit=20: the newest links.

SELECT 200 AS statusCode,
  json_group_array(json_object('slug', slug, 'url', url, 'hits', hits, 'created_at', created_at)) AS body
FROM (
  SELECT * FROM links ORDER BY created_at DESC, rowid DESC
  LIMIT min(coalesce(CAST(query('limit') AS INTEGER), 20), 100)
);
