# GET /orders/{id}/receipt: text, or a page for browsers.
id=$(param id)
case $id in
  '' | *[!0-9]*)
    respond 400 'Content-Type: text/plain'
    echo 'an order has a number'
    exit
    ;;
esac
case $(header accept) in
  *text/html*)
    respond 200 'Content-Type: text/html; charset=utf-8'
    echo "<h1>Receipt</h1><p>Order $id</p>"
    ;;
  *)
    respond 200 'Content-Type: text/plain; charset=utf-8'
    printf 'Receipt\nOrder %s\n' "$id"
    ;;
esac
