-- The second step: {"order": 7}.
INSERT INTO payments (id) VALUES (:order) ON CONFLICT (id) DO NOTHING;
SELECT 'paid' AS state;
