-- GET /links/{slug}/stats: visits by day.
-- answer: row

CREATE TEMP TABLE request AS
SELECT coalesce(param('slug'), replace(replace(path(), '/links/', ''), '/stats', '')) AS slug;

SELECT 200 AS statusCode,
  json_object(
    'slug', slug, 'url', url, 'hits', hits,
    'days', json((SELECT json_group_object(day, n) FROM (SELECT day, n FROM visits WHERE visits.slug = links.slug ORDER BY day)))
  ) AS body
FROM links WHERE slug = (SELECT slug FROM request)
UNION ALL
SELECT 404, json_object('error', 'there is no such link');
