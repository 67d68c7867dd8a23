import { join } from 'node:path'
import Database from 'better-sqlite3'
import { execa } from 'execa'
import Handlebars from 'handlebars'
import { loadCases } from '../../../cli/src/test-cases/load-cases.ts'
import { loadConfig } from '../../../core/src/config/config.ts'
import { splitStatements } from '../../../plugins/sql/src/script/split.ts'
import { folder } from '../folder.ts'
import { root } from './fences.ts'
import type { Fence } from './fences.ts'
import { stage } from './stage.ts'

/** What is wrong with a page's samples in one language, each with its place; by the language's own tool. */
export type Check = (samples: readonly Fence[]) => Promise<readonly string[]>

const placeOf = ({ page, line }: Fence): string => `${page}:${line}`

/** Asks a program about each sample, which it gets at standard input. */
function program(file: string, ...args: readonly string[]): Check {
  return async (samples) => {
    const results = await Promise.all(
      samples.map((sample) => execa(file, args, { input: sample.text, reject: false, all: true })),
    )
    return results.flatMap(({ exitCode, all }, index) => (exitCode === 0 ? [] : `${placeOf(samples[index]!)}: ${all}`))
  }
}

/** All in one process: Python's own start takes longest. */
async function python(samples: readonly Fence[]): Promise<readonly string[]> {
  const code =
    'import ast, json, sys\nfor place, text in json.load(sys.stdin):\n  try: ast.parse(text)\n  except SyntaxError as fault: print(place, fault)'
  const input = JSON.stringify(samples.map((sample) => [placeOf(sample), sample.text]))
  const { stdout } = await execa('python3', ['-c', code], { input })
  return stdout === '' ? [] : stdout.split('\n')
}

const compilerOptions = {
  module: 'nodenext',
  target: 'es2024',
  lib: ['es2024', 'esnext.disposable'],
  types: ['node'],
  typeRoots: [join(root, 'node_modules/@types')],
  allowJs: true,
  checkJs: true,
  noEmit: true,
  skipLibCheck: true,
  strict: false,
}

/** The compiler reads JavaScript, too: what is imported must be there. */
async function typescript(samples: readonly Fence[]): Promise<readonly string[]> {
  const cwd = stage({
    'tsconfig.json': JSON.stringify({ compilerOptions }),
    'package.json': '{ "type": "module" }',
    'others.d.ts': "declare module 'slugify' {\n  export default function slugify(text: string): string\n}\n",
    // The plugin of the sample that tests one.
    'index.js': 'export default () => ({ name: "x", extensions: [".x"], setup() {}, invoke() {}, cleanup() {} })\n',
    ...Object.fromEntries(samples.map((sample, index) => [`sample${index}/sample.${sample.language}`, sample.text])),
  })
  const { stdout } = await execa(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', cwd], {
    cwd,
    reject: false,
  })
  return (
    stdout
      .split('\n')
      // Texts in JavaScript are of no literal type, and a buffer can be parsed.
      .filter((line) => line.startsWith('sample') && !/\.js\(.*error TS2345:/.test(line))
      .map((line) => line.replace(/^sample(\d+)\/sample\.\w+/, (_, index) => placeOf(samples[Number(index)]!)))
  )
}

/** SQLite reads a whole statement before it looks for its names, which a page doesn't always make. */
function sql(samples: readonly Fence[]): Promise<readonly string[]> {
  const faults = samples.flatMap((sample) => {
    const database = new Database(':memory:')
    try {
      return splitStatements(sample.text).flatMap(({ text: statement }) => {
        try {
          database.prepare(statement)
          return []
        } catch (error) {
          const { message } = error as Error
          return /^no such (?:table|column|function)/.test(message) ? [] : `${placeOf(sample)}: ${message}`
        }
      })
    } finally {
      database.close()
    }
  })
  return Promise.resolve(faults)
}

/** A configuration, or a file of cases: as the host and `anyhandler test` read them. */
async function yaml(samples: readonly Fence[]): Promise<readonly string[]> {
  const faults = await Promise.all(
    samples.map(async (sample) => {
      const text = filled(sample.text)
      if (/^cases:/m.test(text)) return loadCases(folder({ 'x.case.yaml': text })).faults.map(({ message }) => message)
      try {
        await loadConfig(folder({ 'anyhandler.config.yaml': text }))
        return []
      } catch (error) {
        return [(error as Error).message]
      }
    }),
  )
  return faults.flatMap((messages, index) => messages.map((message) => `${placeOf(samples[index]!)}: ${message}`))
}

/** A template's names as they are in a project made of it. */
function filled(text: string): string {
  return text.replaceAll('__NAME__', 'anyhandler-plugin-x').replaceAll(/__(?:EXT|LANGUAGE)__/g, 'x')
}

/** Templates of a plugin; those of `.tmpl` are run by their page's commands. */
function html(samples: readonly Fence[]): Promise<readonly string[]> {
  return Promise.resolve(
    samples.flatMap((sample) => {
      if (sample.file === undefined) return `${placeOf(sample)}: which file is it?`
      if (!sample.file.endsWith('.hbs')) return []
      try {
        Handlebars.precompile(sample.text)
        return []
      } catch (error) {
        return `${placeOf(sample)}: ${(error as Error).message}`
      }
    }),
  )
}

/** The languages of samples, and how they are checked. */
export const checks: Readonly<Record<string, Check>> = {
  bash: program('bash', '-n'),
  sh: program('bash', '-n'),
  perl: program('perl', '-c'),
  ruby: program('ruby', '-c'),
  python,
  sql,
  yaml,
  html,
  js: typescript,
  ts: typescript,
}
