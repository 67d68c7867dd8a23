INSERT INTO visits (who) SELECT :who WHERE :who IS NOT NULL;
SELECT last_insert_rowid() AS id, changes() AS changes;
