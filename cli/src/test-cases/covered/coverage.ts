import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { sqlTesting } from '../../built-ins.ts'
import type { CaseResult } from '../run/run-cases.ts'
import { bashCommands } from './bash-commands.ts'
import { handlerFiles } from './handler-files.ts'

/** How much of a handler's file the cases have run. */
export interface FileCoverage {
  /** Below the folder that was tested. */
  readonly file: string
  readonly unit: 'lines' | 'commands' | 'statements'
  readonly ran: number
  readonly total: number
  /** Lines of what did not run, counted from 1. */
  readonly missed: readonly number[]
}

/** The folder with what makes the languages tell: shipped beside `dist/`, as beside `src/`. */
const hooks = join(import.meta.dirname, '../../../hooks')

/** Variables that make bash and Python write down which lines run. One that the function sets for itself stays. */
export function coverageVariables(
  folder: string,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const { BASH_ENV = join(hooks, 'bash-env.sh'), PYTHONPATH } = given
  const path = [join(hooks, 'python'), ...(PYTHONPATH ? [PYTHONPATH] : [])].join(':')
  return { ANYHANDLER_COVERAGE: folder, BASH_ENV, PYTHONPATH: path }
}

/**
 * The covered parts of the handlers' files: lines of Python, commands of bash, statements of SQL.
 * @param folder the folder with the languages' reports
 * @param tested the folder that was tested
 */
export async function readCoverage(
  folder: string,
  tested: string,
  results: readonly CaseResult[],
): Promise<readonly FileCoverage[]> {
  const bash = linesIn(join(folder, 'bash'), /^\++(?<file>\/[^:]*):(?<line>\d+):/)
  const python = linesIn(join(folder, 'python'), /^(?<file>\/[^:]*):(?<line>\d+)$/)
  const possible = linesIn(join(folder, 'python'), /^(?<file>\/[^:]*):=(?<line>\d+)$/)
  const served = servedSql(results)
  const all: FileCoverage[] = []
  for (const path of handlerFiles(tested)) {
    const file = relative(tested, path)
    if (/\.(?:sh|bash)$/.test(path)) all.push(await ofBash(path, file, bash.get(path) ?? new Set()))
    else if (path.endsWith('.sql')) all.push(await ofSql(path, file, served.has(path)))
    else all.push(ofPython(file, possible.get(path) ?? new Set(), python.get(path) ?? new Set()))
  }
  return all
}

async function ofBash(path: string, file: string, ran: ReadonlySet<number>): Promise<FileCoverage> {
  const commands = await bashCommands(readFileSync(path, 'utf8'))
  const missed = commands.filter(({ first, last }) => !has(ran, first, last))
  return {
    file,
    unit: 'commands',
    ran: commands.length - missed.length,
    total: commands.length,
    missed: [...new Set(missed.map(({ first }) => first))],
  }
}

/** bash names one line of a command that has several. */
function has(ran: ReadonlySet<number>, first: number, last: number): boolean {
  for (let line = first; line <= last; line++) if (ran.has(line)) return true
  return false
}

function ofPython(file: string, possible: ReadonlySet<number>, ran: ReadonlySet<number>): FileCoverage {
  const missed = [...possible].filter((line) => !ran.has(line)).toSorted((a, b) => a - b)
  return { file, unit: 'lines', ran: possible.size - missed.length, total: possible.size, missed }
}

/** A handler in SQL has no branches: all of its statements run, or it fails. */
async function ofSql(path: string, file: string, hasAnswered: boolean): Promise<FileCoverage> {
  const lines = (await sqlTesting()).statementLines(path)
  const total = lines.length
  return { file, unit: 'statements', ran: hasAnswered ? total : 0, total, missed: hasAnswered ? [] : lines }
}

/** SQL files that have answered. */
function servedSql(results: readonly CaseResult[]): ReadonlySet<string> {
  const served = results.flatMap(({ test, steps }) =>
    steps.flatMap((got, index) => {
      const handler = test.steps[index]?.handler.replace(/^sql:/, '')
      if (got.failed || handler === undefined) return []
      return [join(test.root, handler), join(test.root, `${handler}.sql`)].filter((path) => existsSync(path))
    }),
  )
  return new Set(served)
}

function linesIn(path: string, pattern: RegExp): ReadonlyMap<string, ReadonlySet<number>> {
  const found = new Map<string, Set<number>>()
  if (!existsSync(path)) return found
  for (const text of readFileSync(path, 'utf8').split('\n')) {
    const { file, line } = pattern.exec(text)?.groups ?? {}
    if (file === undefined) continue
    const lines = found.get(file) ?? new Set()
    found.set(file, lines.add(Number(line)))
  }
  return found
}
