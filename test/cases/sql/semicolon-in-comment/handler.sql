-- first; line
SELECT /* one; two */ 1 AS n -- three;
; -- the end; really
/* and; more */
