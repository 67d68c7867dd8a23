-- answer: rows
PRAGMA table_info(users);
