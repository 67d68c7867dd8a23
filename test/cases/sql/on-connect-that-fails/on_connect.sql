PRAGMA cache_size = 10;
CREATE TABEL t (n);
