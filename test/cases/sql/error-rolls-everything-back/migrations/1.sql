CREATE TABLE visits (who TEXT);
