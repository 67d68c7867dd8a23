SELECT char(0) || char(10) || '"\' AS control, CAST(x'61ff' AS TEXT) AS invalid, '🙂' AS emoji;
