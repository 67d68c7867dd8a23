DELETE FROM customer WHERE name = 'Ann';
