-- answer: value
SELECT printf('%.*c', :n, 'x');
