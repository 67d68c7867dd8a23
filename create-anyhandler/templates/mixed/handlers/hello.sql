-- Greets the person that the event names.
SELECT 200 AS statusCode, 'Hello ' || coalesce(event('name'), 'you') AS body;
