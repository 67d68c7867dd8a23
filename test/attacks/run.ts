/**
 * `npm run attack`: attacks hosts of their own, each in a sandbox, and says what broke. Exits with 1 when anything did.
 *
 *   npm run attack -- [WORD …]     those alone whose name or group has one of the words
 *   npm run attack -- --at-once    four events at a time, three of which are harmless: as on Managed Instances
 */
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Attack } from './attack.ts'
import { attacks } from './cases/index.ts'
import { mayHaveOthers, runAttack } from './run-attack.ts'
import { sandbox } from './sandbox.ts'

const given = process.argv.slice(2)
const atOnce = given.includes('--at-once') ? 4 : 1
const words = given.filter((word) => !word.startsWith('--'))
const place = sandbox()
/** By its first line, which names a flag that bounds the memory. */
const command = [fileURLToPath(new URL('../../cli/bin/anyhandler.js', import.meta.url))]

const say = (line: string): void => void process.stdout.write(`${line}\n`)
for (const lack of place.lacks) say(`skipped, for this machine doesn't allow it: ${lack}`)

const waiting: Attack[] = Object.entries(attacks).flatMap(([group, all]) =>
  all.filter(
    (attack) =>
      (atOnce === 1 || mayHaveOthers(attack)) &&
      (words.length === 0 || words.some((word) => group === word || attack.name.includes(word))),
  ),
)
const count = waiting.length
let broken = 0

async function work(): Promise<void> {
  for (let attack = waiting.shift(); attack; attack = waiting.shift()) {
    const start = performance.now()
    const found = await runAttack(attack, { sandbox: place, command, atOnce })
    if (found.length > 0) broken += 1
    say(
      `${found.length === 0 ? 'held  ' : 'BROKEN'} ${((performance.now() - start) / 1000).toFixed(1).padStart(5)} s  ${attack.name}`,
    )
    for (const sentence of found) say(`    ${sentence.replaceAll('\n', '\n    ')}`)
  }
}

await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work))
say(`${count - broken} of ${count} attacks held`)
process.exitCode = broken === 0 ? 0 : 1
