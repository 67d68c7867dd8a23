SELECT print(value) FROM json_each(event('items'));
SELECT 'done' AS state;
