SELECT 1;
SELECT CASE WHEN :own THEN find() ELSE fail('too large') END AS x;
