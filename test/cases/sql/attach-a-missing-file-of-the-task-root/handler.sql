ATTACH 'absent.db' AS other;
