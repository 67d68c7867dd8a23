-- answer: body text/html; charset="utf-8" ;x=y
SELECT '<p>';
