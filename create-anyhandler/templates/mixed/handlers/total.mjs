/** The sum of a cart: what each item costs, times how many there are. */
export async function handler({ items = [] }) {
  return { total: items.reduce((sum, { price, count = 1 }) => sum + price * count, 0) }
}
