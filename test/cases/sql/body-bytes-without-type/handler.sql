-- answer: body
SELECT x'616263';
