-- json: tags, meta
SELECT '[1, 2.0]' AS tags, NULL AS meta, '[3]' AS text;
