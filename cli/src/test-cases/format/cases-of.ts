import { existsSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { requestKinds } from '@anyhandler/core/http'
import type { RequestKind } from '@anyhandler/core/http'
import { faultAt, lineOf } from './case-fault.ts'
import type { CaseContent, StepContent } from './case-schema.ts'
import { checkExpectation, checkPath } from './check-expectation.ts'
import { eventOf } from './event-of.ts'
import type { ReadCaseFile } from './read-case-file.ts'
import type { StartDatabase, StartFile, TestCase, TestStep } from './test-case.ts'

const defaultTimeout = 30
export const caseSuffix = '.case.yaml'

/**
 * The cases of a file. One with several front doors becomes one for each.
 * @param root the handlers' folder
 * @throws CaseFault
 */
export function casesOf(file: ReadCaseFile, root: string): readonly TestCase[] {
  const { content, document, lines, path } = file
  const names = Object.keys(content.cases)
  const written = (document.get('cases', true) as { readonly items?: readonly unknown[] } | undefined)?.items ?? names
  if (written.length !== names.length)
    throw faultAt(
      file,
      ['cases'],
      "a case has a name that JavaScript can't use as a key",
      'give __proto__ another name',
    )
  const lineAt = (name: string | undefined): number =>
    name === undefined ? Number.POSITIVE_INFINITY : lineOf(document, lines, ['cases', name])
  return Object.entries(content.cases).flatMap(([name, given], index) => {
    const at = ['cases', name]
    const doors = doorsOf(given.as ?? content.as)
    const isHttp = [given, ...(given.steps ?? [])].some(({ request }) => request !== undefined)
    if (given.as !== undefined && !isHttp)
      throw faultAt(file, [...at, 'as'], 'as goes with request', "add request: 'GET /', or leave it out")
    return (isHttp ? doors : doors.slice(0, 1)).map((door): TestCase => {
      const database = databaseOf(given.database ?? content.database, file, at)
      return {
        name: isHttp && doors.length > 1 ? `${name} (as ${door})` : name,
        file: path,
        label: file.label,
        line: lineAt(name),
        lastLine: lineAt(names[index + 1]) - 1,
        path: at,
        root,
        env: textsOf({ ...content.env, ...given.env }, file, at),
        files: filesOf({ ...content.files, ...given.files }, file, at),
        timeoutMs: Math.max(1, Math.ceil((given.timeout ?? content.timeout ?? defaultTimeout) * 1000)),
        worker: content.worker ?? 'own',
        ...(database && { database }),
        ...(given.skip !== undefined && { skip: given.skip }),
        steps: stepsOf(given, door, file, at, root),
      }
    })
  })
}

function stepsOf(
  given: CaseContent,
  door: RequestKind,
  file: ReadCaseFile,
  at: readonly PropertyKey[],
  root: string,
): readonly TestStep[] {
  const usual = given.handler ?? file.content.handler ?? handlerOf(file.path, root)
  const stepOf = (step: StepContent, path: readonly PropertyKey[]): TestStep => {
    const expect = step.expect ?? {}
    const isHttp = step.request !== undefined
    checkExpectation(expect, file, [...path, 'expect'])
    return {
      handler: step.handler ?? usual,
      event: eventOf(step, door, file, path),
      ...(isHttp && { as: door }),
      expect,
      path: [...path, 'expect'],
    }
  }
  if (given.steps === undefined) return [stepOf(given, at)]
  const own = ['event', 'eventFile', 'sample', 'set', 'request', 'headers', 'body', 'expect'] as const
  const beside = own.find((key) => given[key] !== undefined)
  if (beside) throw faultAt(file, [...at, beside], `${beside} is not allowed beside steps`, 'move it into a step')
  return given.steps.map((step, index) => {
    const path = [...at, 'steps', index]
    return { name: step.name ?? `step ${index + 1}`, ...stepOf(step, path) }
  })
}

/** `reports/monthly.case.yaml` is about the handler `reports/monthly`. */
function handlerOf(path: string, root: string): string {
  return relative(root, path).slice(0, -caseSuffix.length)
}

function doorsOf(as: CaseContent['as']): readonly RequestKind[] {
  if (as === 'all') return requestKinds
  return as === undefined ? ['http'] : [as].flat()
}

function textsOf(
  values: Readonly<Record<string, unknown>>,
  file: ReadCaseFile,
  at: readonly PropertyKey[],
): Readonly<Record<string, string | null>> {
  const bad = Object.entries(values).find((pair) => pair.some((text) => String(text).includes('\0')))?.[0]
  if (bad !== undefined)
    throw faultAt(
      file,
      [...at, 'env', bad],
      `env.${bad.replace('\0', '\\0')} holds a NUL byte`,
      'remove it, because variables cannot contain one',
    )
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value === null ? null : String(value)]),
  )
}

function filesOf(
  files: Readonly<Record<string, unknown>>,
  file: ReadCaseFile,
  at: readonly PropertyKey[],
): readonly StartFile[] {
  return Object.entries(files).map(([path, content]) => {
    checkPath(path, file, [...at, 'files', path])
    return { path, content: typeof content === 'string' ? content : JSON.stringify(content) }
  })
}

function databaseOf(
  given: CaseContent['database'],
  file: ReadCaseFile,
  at: readonly PropertyKey[],
): StartDatabase | undefined {
  if (given === undefined) return undefined
  if (typeof given === 'string') return { run: given }
  const { from, migratedTo, run } = given
  if (from !== undefined && migratedTo !== undefined)
    throw faultAt(file, [...at, 'database'], 'from and migratedTo are given both', 'keep one of them')
  const start = from === undefined ? undefined : resolve(dirname(file.path), from)
  if (start !== undefined && !existsSync(start))
    throw faultAt(
      file,
      [...at, 'database', 'from'],
      `database.from is '${from}', which does not exist`,
      'name a file beside the case file',
    )
  return {
    ...(start !== undefined && { from: start }),
    ...(migratedTo !== undefined && { migratedTo }),
    ...(run !== undefined && { run }),
  }
}
