/** The sum of a cart: the price of each item times its count. */
export async function handler({ items = [] }) {
  return { total: items.reduce((sum, { price, count = 1 }) => sum + price * count, 0) }
}
