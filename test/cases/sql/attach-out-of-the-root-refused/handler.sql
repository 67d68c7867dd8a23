ATTACH '../../../../etc/other.db' AS other;
