-- Checks a shopping cart and calculates its price.
--
--   {"customer": "c-17", "country": "DE", "items": [{"sku": "pen", "price": 1.20, "count": 10}, …]}
--
-- Nothing is stored: the tables exist in memory, and only for this event.
-- answer: row
-- json: items, problems

CREATE TABLE items AS
SELECT
  value ->> 'sku' AS sku,
  CAST(round((value ->> 'price') * 100) AS INTEGER) AS cents,
  coalesce(value ->> 'count', 1) AS count
FROM json_each(event('items'));

CREATE TABLE problems (problem TEXT);
INSERT INTO problems SELECT 'customer is missing' WHERE :customer IS NULL;
INSERT INTO problems SELECT 'the cart is empty' WHERE NOT EXISTS (SELECT 1 FROM items);
INSERT INTO problems SELECT coalesce(sku, 'an item') || ' has no price' FROM items WHERE cents IS NULL;
INSERT INTO problems SELECT sku || ' occurs ' || count(*) || ' times' FROM items GROUP BY sku HAVING count(*) > 1;

SELECT print('cart of ' || :customer || ' refused: ' || group_concat(problem, ', ')) FROM problems HAVING count(*) > 0;

WITH
  rates(country, percent) AS (VALUES ('DE', 19), ('FR', 20), ('LU', 17)),
  net(cents) AS (SELECT coalesce(sum(cents * count), 0) FROM items),
  tax(cents) AS (SELECT CAST(round(net.cents * coalesce(percent, 0) / 100.0) AS INTEGER) FROM net LEFT JOIN rates ON country = :country)
SELECT
  :customer AS customer,
  NOT EXISTS (SELECT 1 FROM problems) AS accepted,
  (SELECT json_group_array(json_object('sku', sku, 'cents', cents * count)) FROM items) AS items,
  net.cents AS net_cents,
  tax.cents AS tax_cents,
  net.cents + tax.cents AS total_cents,
  (SELECT json_group_array(problem) FROM problems) AS problems
FROM net, tax;
