/**
 * A hundred thousand events over the three languages, of which 1 % fail, 0.1 % kill their worker and 0.1 % hang until
 * their deadline (SQL's in an endless query). Prints a table; exits with 1 when an answer was wrong, missing or one too
 * many, or the runtime holds more at the end than early on.
 *
 *   npm run build && node test/soak/faults.ts [EVENTS] [LANGUAGE …]
 */
import { fileURLToPath } from 'node:url'
import { languages, shortcomings, soakFaulty } from './faulty.ts'

/** By its first line, which names a flag that bounds the memory. */
const command = [fileURLToPath(new URL('../../cli/bin/anyhandler.js', import.meta.url))]
const [count = '100000', ...wanted] = process.argv.slice(2)
const chosen = languages.filter((language) => wanted.length === 0 || wanted.includes(language))
const events = Math.ceil(Number(count) / chosen.length)
if (!(events > 0)) throw new Error('usage: node test/soak/faults.ts [EVENTS] [bash|sql|python …]')

process.stdout.write(
  'language  echoed   failed  killed  hung  wrong  processes   descriptors   memory MiB      seconds\n',
)
let good = true
for (const language of chosen) {
  const result = await soakFaulty({ language, events, command, transport: 'socket', timeout: 1000 })
  const { right, wrong, stray, early, late, seconds } = result
  const found = shortcomings(result)
  good &&= found.length === 0
  const cells = [
    language.padEnd(8),
    String(right.echo).padEnd(7),
    String(right.fail).padEnd(6),
    String(right.kill).padEnd(6),
    String(right.hang).padEnd(4),
    String(wrong.length + stray).padEnd(5),
    `${early.processes} → ${late.processes}`.padEnd(10),
    `${early.descriptors} → ${late.descriptors}`.padEnd(12),
    `${early.memory} → ${late.memory}`.padEnd(14),
    seconds.toFixed(1).padEnd(7),
    found.length === 0 ? 'good' : 'BAD',
  ]
  process.stdout.write(`${cells.join('  ')}\n`)
  for (const line of found.slice(0, 5)) process.stdout.write(`  ${line}\n`)
}
process.exitCode = good ? 0 : 1
