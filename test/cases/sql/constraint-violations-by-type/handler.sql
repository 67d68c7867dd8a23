INSERT INTO orders VALUES (:id, :sku, :n);
SELECT count(*) AS n FROM orders;
