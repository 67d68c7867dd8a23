ATTACH 'file:/etc/other.db?mode=rwc' AS other;
