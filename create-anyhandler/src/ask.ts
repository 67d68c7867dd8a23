import { createInterface } from 'node:readline/promises'
import type { Readable, Writable } from 'node:stream'
import type { Ask } from './read-plan.ts'

/** Asks on a terminal. Enter chooses the default. */
export function askOn(input: Readable, output: Writable): Ask & { close(): void } {
  const terminal = createInterface({ input, output })
  return {
    async text(question, usual) {
      return (await terminal.question(`${question} (${usual}) `)).trim() || usual
    },
    async choice(question, choices, usual) {
      const words = Object.keys(choices)
      output.write(`${question}\n`)
      for (const [word, meaning] of Object.entries(choices)) output.write(`  ${word.padEnd(12)}${meaning}\n`)
      for (;;) {
        const word = (await terminal.question(`(${usual}) `)).trim() || usual
        if (words.includes(word)) return word
        output.write(`${word} is none of them\n`)
      }
    },
    close: () => terminal.close(),
  }
}
