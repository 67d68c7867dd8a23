/**
 * `npm run soak:mutants`: breaks the link shortener's SQL in one place after the other. For each one of its cases has
 * to fail; without any, all have to pass.
 */
import { mutants } from './mutants/mutants.ts'
import { runMutant } from './mutants/run-mutant.ts'

const whole = await runMutant(undefined)
if (whole.length > 0) throw new Error(`these fail without a mutant: ${whole.join(', ')}`)
const survivors: string[] = []
const started = Date.now()
for (const [index, mutant] of mutants.entries()) {
  const failed = await runMutant(mutant)
  const shown = `${mutant.file}: ${JSON.stringify(mutant.from)} → ${JSON.stringify(mutant.to)}`
  process.stdout.write(
    `${index + 1}/${mutants.length} ${failed.length > 0 ? `found by ${failed.length}` : 'SURVIVES'}  ${shown}\n`,
  )
  if (failed.length === 0) survivors.push(shown)
}
process.stdout.write(
  `${mutants.length - survivors.length} of ${mutants.length} found in ${Math.round((Date.now() - started) / 1000)} s\n`,
)
process.exitCode = survivors.length > 0 ? 1 : 0
