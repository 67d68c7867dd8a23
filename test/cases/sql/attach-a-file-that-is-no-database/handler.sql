ATTACH 'other.db' AS other;
SELECT 1;
