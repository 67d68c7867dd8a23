CREATE TEMP TABLE scratch (who TEXT);
INSERT INTO scratch VALUES ('start');
