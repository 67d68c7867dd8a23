SELECT 'a; b' AS text, 'it''s; "fine"' AS quoted;
