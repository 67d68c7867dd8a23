SELECT iif(query('fail') = '1', json('not JSON'), param('id')) AS id;
