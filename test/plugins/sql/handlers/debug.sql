-- answer: body application/json
SELECT print('debug output');
SELECT event();
