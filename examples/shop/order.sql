-- POST /orders with {"sku": "pen", "count": 2}, or a form with these fields.
-- answer: row
INSERT INTO orders (sku, count)
SELECT sku, CAST(coalesce(field('count'), 1) AS INTEGER) FROM products WHERE sku = field('sku');

SELECT 201 AS statusCode, json_object('location', '/orders/' || last_insert_rowid()) AS headers,
  json_object('id', last_insert_rowid()) AS body WHERE changes() = 1
UNION ALL
SELECT 400, NULL, json_object('error', 'sku must be a product of ours');
