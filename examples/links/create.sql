-- POST /links with {"url": "https://…", "slug": "chosen-name"}, or a form with these fields.
-- Without a slug the handler makes one.
-- answer: row

CREATE TEMP TABLE request AS
SELECT url, slug, (url GLOB 'http://?*' OR url GLOB 'https://?*') AND slug GLOB '[a-z0-9]*' AND slug NOT GLOB '*[^a-z0-9-]*' AS valid
FROM (SELECT field('url') AS url, coalesce(field('slug'), lower(hex(randomblob(4)))) AS slug);

INSERT INTO links (slug, url)
SELECT slug, url FROM request WHERE valid
ON CONFLICT (slug) DO NOTHING;

SELECT 201 AS statusCode,
  json_object('location', '/' || slug, 'cache-control', json_array('no-store', 'private')) AS headers,
  json_array('last=' || slug || '; Path=/', 'seen=1; Path=/; Expires=Wed, 21 Oct 2037 07:28:00 GMT') AS cookies,
  json_object('slug', slug, 'url', url) AS body
FROM request WHERE changes() = 1
UNION ALL
SELECT 409, NULL, NULL, json_object('error', 'the slug is taken')
FROM request WHERE valid
UNION ALL
SELECT 400, NULL, NULL, json_object('error', 'url must be a web address, slug a word of a-z, 0-9 and -');
