-- answer: body application/json
SELECT event();
