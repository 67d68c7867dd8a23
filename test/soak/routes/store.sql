CREATE TEMP TABLE given AS SELECT field('id') AS id, field('fail') AS fail;
SELECT iif(fail = '1', json('not JSON'), id) AS id FROM given;
