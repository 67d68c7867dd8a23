SELECT 1;
ATTACH '/etc/other.db' AS other;
