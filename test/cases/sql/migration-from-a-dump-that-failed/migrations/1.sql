PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE t (n);
/****** CORRUPTION ERROR *******/
ROLLBACK; -- due to errors
