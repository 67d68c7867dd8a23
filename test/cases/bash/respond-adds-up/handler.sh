respond 200 'Content-Type: text/plain' 'X-A: 1'
(respond 'x-a: 2' 'Set-Cookie: a=1')
echo body | while read -r _; do respond 201 'Set-Cookie: b=2; Path=/'; done
echo made
