CREATE TABLE products (
  sku TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  cents INTEGER NOT NULL,
  views INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE orders (
  id INTEGER PRIMARY KEY,
  sku TEXT NOT NULL REFERENCES products,
  count INTEGER NOT NULL CHECK (count > 0)
) STRICT;
-- A repeated message counts as one payment. A message for a missing order fails, and is sent again.
CREATE TABLE payments (
  id INTEGER PRIMARY KEY REFERENCES orders,
  at TEXT NOT NULL DEFAULT (strftime('%FT%TZ'))
) STRICT;

INSERT INTO products (sku, name, cents) VALUES ('pen', 'Pen', 120), ('ink', 'Ink, blue', 850), ('pad', 'Writing pad', 490);
