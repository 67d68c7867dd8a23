import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadCases } from '../../../cli/src/test-cases/load-cases.ts'
import { runCases } from '../../../cli/src/test-cases/run/run-cases.ts'
import type { Mutant } from './mutants.ts'

const links = join(import.meta.dirname, '../../../examples/links')

/** Runs the link shortener's cases with one line broken. @returns the names of the cases that fail */
export async function runMutant(mutant: Mutant | undefined): Promise<readonly string[]> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'anyhandler-mutant-')))
  try {
    cpSync(links, folder, { recursive: true })
    if (mutant) {
      const file = join(folder, mutant.file)
      const text = readFileSync(file, 'utf8')
      if (!text.includes(mutant.from)) throw new Error(`${mutant.file} has no '${mutant.from}'`)
      writeFileSync(file, text.replace(mutant.from, mutant.to))
    }
    const { cases, faults } = loadCases(folder)
    if (faults.length > 0) throw new Error(faults.join('\n'))
    const results = await runCases(cases)
    return results.filter(({ status }) => status === 'failed').map(({ test }) => `${test.label}: ${test.name}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
