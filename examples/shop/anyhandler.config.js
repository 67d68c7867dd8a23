// Several handlers in three languages in one function: _HANDLER=routes.
export default {
  plugins: {
    // On Lambda this is a file on EFS, such as /mnt/shop/shop.db.
    sql: { options: { database: process.env.SHOP_DATABASE ?? '/tmp/shop.db' } },
  },
  routes: {
    'GET /products': 'products',
    'GET /products/{sku}': 'product',
    'POST /orders': 'order',
    'GET /orders/{id}': 'status',
    'GET /orders/{id}/receipt': 'receipt',
    'POST /hooks/payment': 'payment.handler',
  },
  sources: [
    { from: 'sqs', queue: 'payments*', run: 'paid' },
    { from: 'kinesis', stream: 'views', run: 'views', unwrap: true },
    { from: 'dynamodb', table: 'stock', run: 'stock.handler', unwrap: true },
    { from: 'schedule', run: 'nightly' },
  ],
  handlers: {
    // Handles one message after the other: bash checks it, and SQL stores it.
    paid: { run: ['check.sh', 'pay.sql'], each: { unwrap: true } },
  },
}
