-- One record of the stream `views`: {"sku": "pen"}.
UPDATE products SET views = views + 1 WHERE sku = :sku;
