CREATE VIEW shown AS SELECT event('who') AS who;
