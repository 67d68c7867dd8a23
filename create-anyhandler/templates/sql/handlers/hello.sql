-- Greets whom the event names.
SELECT 200 AS statusCode, 'Hello ' || coalesce(event('name'), 'you') AS body;
