-- answer: body image/png
SELECT x'89504e47';
