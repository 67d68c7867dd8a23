CREATE TABLE kept (who TEXT);
