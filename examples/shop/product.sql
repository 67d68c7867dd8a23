-- GET /products/{sku}
-- answer: row
SELECT 200 AS statusCode, json_object('sku', sku, 'name', name, 'cents', cents) AS body FROM products WHERE sku = param('sku')
UNION ALL
SELECT 404, json_object('error', 'there is no such product');
