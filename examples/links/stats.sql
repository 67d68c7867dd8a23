-- GET /links/{slug}/stats: visits by day.
-- answer: row

SELECT 200 AS statusCode,
  json_object('content-type', 'application/json') AS headers,
  json_object(
    'slug', slug, 'url', url, 'hits', hits,
    'days', json((SELECT json_group_object(day, n) FROM (SELECT day, n FROM visits WHERE visits.slug = links.slug ORDER BY day)))
  ) AS body
FROM links WHERE slug = event('pathParameters.slug')
UNION ALL
SELECT 404, json_object('content-type', 'application/json'), json_object('error', 'there is no such link');
