SELECT name FROM users WHERE name = :name;
