import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import ruby from '../index.js'

const folder = mkdtempSync(join(tmpdir(), 'ruby-plugin-'))
after(() => rmSync(folder, { recursive: true }))

/** The error when this file is set up for `app.NAME`. */
async function setupError(code, name = 'handler') {
  const file = join(folder, 'app.rb')
  writeFileSync(file, code)
  const handler = { name: `app.${name}`, target: `app.${name}`, plugin: 'ruby', file, function: name }
  const variables = { PATH: process.env.PATH }
  const env = { taskRoot: folder, handlers: [handler], concurrency: 1, variables, tmp: folder, log() {} }
  const plugin = ruby({})
  try {
    await plugin.setup(env)
    return undefined
  } catch (error) {
    return error
  } finally {
    await plugin.cleanup(env)
  }
}

test('a syntax error names file and line', async () => {
  const error = await setupError('def handler(event:, context:)\n  1 +\nend\n')
  assert.equal(error.errorType, 'Runtime.UserCodeSyntaxError')
  assert.match(error.message, /app\.rb:3: syntax error/)
})

test('an exception while the file is loaded has the type that AWS gives it, and says where', async () => {
  const error = await setupError('Nothing.new\n')
  assert.equal(error.errorType, 'Init<NameError>')
  assert.match(error.stackTrace[0], /app\.rb:1/)
})

test('a missing method, class or module is named', async () => {
  const code = 'module Some\n  class Handlers\n  end\nend\n'
  for (const name of ['other', 'Some::Handlers.other', 'Some::Other.run']) {
    const error = await setupError(code, name)
    assert.equal(error.errorType, 'Runtime.HandlerNotFound')
    assert.match(error.message, new RegExp(`app\\.rb defines no ${name}$`))
  }
})
