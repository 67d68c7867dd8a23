-- GET /products
SELECT sku, name, cents, views FROM products ORDER BY sku;
