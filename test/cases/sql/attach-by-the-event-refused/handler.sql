ATTACH '/tmp/' || event('tenant') || '.db' AS other;
