INSERT INTO child VALUES (:id);
