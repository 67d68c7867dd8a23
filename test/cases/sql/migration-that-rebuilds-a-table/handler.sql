SELECT (SELECT count(*) FROM customer) AS customers, (SELECT count(*) FROM orders) AS orders, foreign_keys FROM pragma_foreign_keys;
