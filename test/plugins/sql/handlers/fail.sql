-- answer: body application/json
SELECT CASE WHEN event('fail') THEN json('{') ELSE event() END;
