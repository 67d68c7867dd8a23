-- GET /orders/{id}
-- answer: row
SELECT 200 AS statusCode,
  json_object('id', id, 'sku', sku, 'count', count, 'cents', cents * count, 'paid', json(iif(id IN (SELECT id FROM payments), 'true', 'false'))) AS body
FROM orders JOIN products USING (sku) WHERE id = param('id')
UNION ALL
SELECT 404, json_object('error', 'there is no such order');
