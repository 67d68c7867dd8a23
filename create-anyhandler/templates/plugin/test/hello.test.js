import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const manifest = fileURLToPath(import.meta.resolve('anyhandler/package.json'))
const command = join(dirname(manifest), JSON.parse(readFileSync(manifest, 'utf8')).bin.anyhandler)

test('the example greets whom the event names', () => {
  const args = [command, 'invoke', 'example/hello', '--root', root]
  const answer = execFileSync(process.execPath, args, { input: '{"name":"World"}', encoding: 'utf8' })
  assert.deepEqual(JSON.parse(answer), { message: 'Hello World' })
})
