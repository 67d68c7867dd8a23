-- POST /links with {"url": "https://…", "slug": "chosen-name"}; without a slug one is made up.
-- answer: row

CREATE TEMP TABLE request AS
SELECT url, slug, (url GLOB 'http://?*' OR url GLOB 'https://?*') AND slug GLOB '[a-z0-9]*' AND slug NOT GLOB '*[^a-z0-9-]*' AS valid
FROM (SELECT event('body') ->> 'url' AS url, coalesce(event('body') ->> 'slug', lower(hex(randomblob(4)))) AS slug);

INSERT INTO links (slug, url)
SELECT slug, url FROM request WHERE valid
ON CONFLICT (slug) DO NOTHING;

SELECT 201 AS statusCode, json_object('content-type', 'application/json', 'location', '/' || slug) AS headers, json_object('slug', slug, 'url', url) AS body
FROM request WHERE changes() = 1
UNION ALL
SELECT 409, json_object('content-type', 'application/json'), json_object('error', 'the slug is taken')
FROM request WHERE valid
UNION ALL
SELECT 400, json_object('content-type', 'application/json'), json_object('error', 'url must be a web address, slug a word of a-z, 0-9 and -');
