SELECT value ->> 'id' AS id, value ->> 'n' AS n FROM json_each(event('items')) ORDER BY id;
