SELECT uuid() <> uuid() AS differ, length(uuid()) AS length, uuid() REGEXP '^[0-9a-f]{8}-[0-9a-f]{4}-4' AS v4, now_ms() = now_ms() AS same, abs(now_ms() / 1000 - unixepoch()) < 2 AS now;
