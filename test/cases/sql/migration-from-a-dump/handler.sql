SELECT (SELECT count(*) FROM orders) AS orders, (SELECT hex(x) FROM k) AS x, (SELECT seq FROM sqlite_sequence) AS seq, (SELECT count(*) FROM v) AS v;
