CREATE TABLE steps (name);
INSERT INTO steps VALUES ('V1');
