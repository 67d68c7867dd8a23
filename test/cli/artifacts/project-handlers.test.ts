import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { findHandler, Registry } from '@anyhandler/core/host'
import { openProject } from '../../../cli/src/artifacts/project.ts'
import { handlersFound } from '../../../cli/src/artifacts/project-handlers.ts'
import { builtIns } from '../../../cli/src/built-ins.ts'
import { taskFolder } from '../../support/task-folder.ts'

const found = async (files: Readonly<Record<string, string>>) => handlersFound(await openProject(taskFolder(files)))
const esm = 'export const handler = async (event) => event\n'

describe('handlers in JavaScript that a project is found to have', () => {
  it.each([
    esm,
    'export async function handler(event) {}',
    'export function handler() {}',
    'const run = async () => 1\nexport { other, run as handler }',
    'exports.handler = async () => 1',
    'module.exports.handler = async () => 1',
    'module.exports = { other, handler: async () => 1 }',
    'module.exports = { handler }',
    'module.exports = { close() {}, handler }',
    'export const { handler, server } = make()',
    'Object.defineProperty(exports, "handler", { enumerable: true, get() {} })',
  ])('are modules that export the function handler: %s', async (text) => {
    expect(await found({ 'app.js': text })).toEqual(['app.handler'])
  })

  it('are none of the files that export nothing of that name, or are tools', async () => {
    const others = {
      'lib.mjs': 'export const handlers = {}\nexport const other = 1\n',
      'index.js': '// exports handler, but not here\nconst handler = 1\n',
      'app.test.mjs': esm,
      'app.spec.ts': esm,
      'vitest.config.ts': esm,
      'eslint.config.mjs': esm,
      'types.d.ts': 'export const handler: unknown\n',
      'anyhandler.config.js': 'export default { handlers: {} }\n',
      'hello.sh': 'echo\n',
    }
    expect(await found(others)).toEqual(['hello'])
  })

  it('are named once for all extensions, with the language where another has the name, and in full where a dot is in it', async () => {
    const files = {
      'app.js': esm,
      'app.mjs': esm,
      'hello.py': 'def handler(e, c): ...\n',
      'hello.mjs': esm,
      'a.b.mjs': esm,
    }
    expect(await found(files)).toEqual(['hello', 'a.b.mjs', 'app.handler', 'javascript:hello.handler'])
  })
})

const examples = fileURLToPath(new URL('../../../examples/', import.meta.url))
const before = readdirSync(examples).filter((name) => !['hello-javascript', 'mixed'].includes(name))

it.each(before)('the example %s runs as it did without JavaScript', async (name) => {
  const project = await openProject(join(examples, name))
  const without = {
    ...project,
    config: { ...project.config, plugins: { ...project.config.plugins, javascript: false as const } },
  }
  const handlers = handlersFound(without)
  expect(handlersFound(project)).toEqual(handlers)
  for (const handler of handlers) {
    const notes: string[] = []
    const routes = {
      taskRoot: project.root,
      handlers: project.config.handlers,
      onNote: (note: string) => notes.push(note),
    }
    const [one, other] = [project, without].map(({ config }) =>
      findHandler(handler, { ...routes, languages: new Registry(builtIns, config, project.root).languages }),
    )
    expect(one).toEqual(other)
    expect(notes).toEqual([])
  }
})
