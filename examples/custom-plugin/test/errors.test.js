import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import perl from '../index.js'

const folder = mkdtempSync(join(tmpdir(), 'perl-plugin-'))
after(() => rmSync(folder, { recursive: true }))

/** The error when a plugin with these options sets up this handler. */
async function setupError(code, ref = {}, options = {}) {
  const file = join(folder, 'app.pl')
  writeFileSync(file, code)
  const handler = { name: 'app', target: 'app', plugin: 'perl', file, ...ref }
  const env = {
    taskRoot: folder,
    handlers: [handler],
    concurrency: 1,
    variables: { PATH: process.env.PATH },
    tmp: folder,
    log() {},
  }
  const plugin = perl(options)
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
  const error = await setupError('sub handler {\n  my $x = ;\n}\n1;\n')
  assert.equal(error.errorType, 'Runtime.UserCodeSyntaxError')
  assert.match(error.message, /syntax error at .*app\.pl line 2/)
})

test('a file without the function says which one it looked for', async () => {
  const error = await setupError('1;\n', { function: 'other' })
  assert.equal(error.errorType, 'Runtime.HandlerNotFound')
  assert.match(error.message, /app\.pl defines no sub other/)
})

test('an option of the wrong type says what is allowed', async () => {
  assert.throws(() => perl({ interpreter: 5 }), {
    code: 'Runtime.InvalidConfiguration',
    message: /^plugins\.perl\.options\.interpreter is 5; it must be the name or the path of a Perl/,
  })
})

test('a missing interpreter says how to get one', async () => {
  const error = await setupError('1;\n', {}, { interpreter: 'perl-that-is-not-there' })
  assert.equal(error.code, 'Runtime.InterpreterNotFound')
  assert.match(error.message, /perl-that-is-not-there was not found on PATH; install Perl/)
})
