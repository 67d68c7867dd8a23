EXPLAIN PRAGMA journal_mode(OFF);
