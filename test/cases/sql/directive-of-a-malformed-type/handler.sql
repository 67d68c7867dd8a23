-- answer: body text/html; charset
SELECT '<p>';
