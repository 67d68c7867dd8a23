/**
 * First in, first out, in constant time: `Array.shift` copies the whole array once it is long (100,000 queued events).
 */
export class Fifo<Item> {
  #items: (Item | undefined)[] = []
  #head = 0

  get size(): number {
    return this.#items.length - this.#head
  }

  push(item: Item): void {
    this.#items.push(item)
  }

  /** Puts an item back to the front if its receiver could not take it. */
  unshift(item: Item): void {
    if (this.#head > 0) this.#items[--this.#head] = item
    else this.#items.unshift(item)
  }

  shift(): Item | undefined {
    if (this.size === 0) return undefined
    const item = this.#items[this.#head]
    this.#items[this.#head++] = undefined
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }

  /** Removes and returns all items. */
  drain(): readonly Item[] {
    const rest = this.#items.slice(this.#head) as Item[]
    this.#items = []
    this.#head = 0
    return rest
  }
}
