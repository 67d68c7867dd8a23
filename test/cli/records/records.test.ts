import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { RecordFile } from '../../../cli/src/records/record.ts'
import { anyhandler, bin } from '../../support/command.ts'
import { folder } from '../../support/folder.ts'

const handlers = {
  'who.sh':
    'echo "asked by $(header user-agent)" >&2\nrespond 200 "Content-Type: text/plain"\nprintf "you are %s" "$(query name)"\n',
  'fail.sh': 'exit 3\n',
}

/** `anyhandler dev --record`, until the end of the test. */
async function record(root: string, records: string): Promise<string> {
  const child = spawn(process.execPath, [bin, 'dev', root, '--port', '0', '--json', '--record', records], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, AWS_REGION: 'eu-central-1' },
  })
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await once(child, 'exit')
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part))
  await expect.poll(() => text).toMatch(/"address":"[^"]+"/)
  return `http://${/"address":"(?<address>[^"]+)"/.exec(text)?.groups?.['address']}`
}

describe('what happened to a function that is served locally', () => {
  it('becomes a record without secrets, a case that passes, and can be sent again', async () => {
    const root = folder({ ...handlers, 'who.case.yaml': '# Mine.\ncases:\n  there: { skip: not yet }\n' })
    const records = join(folder({}), 'records')
    const address = await record(root, records)
    const answer = await fetch(`${address}/who/x?name=ada`, { headers: { authorization: 'Bearer hunter2hunter2' } })
    expect(await answer.text()).toBe('you are ada')
    await fetch(`${address}/fail/`)
    await expect.poll(() => readdirSync(records).length).toBe(2)
    const files = readdirSync(records).map((name) => join(records, name))
    const who = files.find((name) => name.endsWith('-who.json')) ?? ''
    expect(statSync(who).mode & 0o777).toBe(0o600)
    expect(statSync(records).mode & 0o777).toBe(0o700)
    const text = readFileSync(who, 'utf8')
    expect(text).not.toContain('hunter2')
    expect((JSON.parse(text) as RecordFile).log).toEqual([expect.stringContaining('asked by') as string])

    const added = await anyhandler(['test', root, ...files.flatMap((file) => ['--from', file])], { cwd: root })
    expect(added.stdout.split('\n').toSorted().slice(1)).toEqual([
      'fail.case.yaml: GET /',
      'who.case.yaml: GET /x?name=ada',
    ])
    const cases = readFileSync(join(root, 'who.case.yaml'), 'utf8')
    expect(cases).toMatch(/^# Mine\.\n/)
    expect(cases).toContain('request: GET /x?name=ada')
    const { stdout } = await anyhandler(['test', root])
    expect(stdout).toContain('2 passed, 1 left out')

    const page = await (await fetch(`${address}/_anyhandler/`)).text()
    const token = /name="anyhandler-token" content="(?<token>[^"]+)"/.exec(page)?.groups?.['token'] ?? ''
    const { invocations } = (await (await fetch(`${address}/_anyhandler/api/invocations`)).json()) as {
      readonly invocations: readonly { readonly id: string; readonly function: string }[]
    }
    const save = (id: string | undefined, name: string) =>
      fetch(`${address}/_anyhandler/api/cases`, {
        method: 'POST',
        headers: { origin: address, 'x-anyhandler-token': token, 'content-type': 'application/json' },
        body: JSON.stringify({ id, name }),
      })
    const saved = await save(invocations.find((one) => one.function === 'who')?.id, 'knows ada')
    expect([saved.status, await saved.json()]).toEqual([201, { file: 'who.case.yaml', name: 'knows ada' }])
    expect((await save('none', '')).status).toBe(404)
    expect((await anyhandler(['test', root, 'knows ada'])).stdout).toContain('1 passed')

    const again = await anyhandler(['invoke', '--replay', who, '--root', root])
    expect(again.stdout).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nyou are ada$/)
    const raw = await anyhandler(['invoke', 'who', '--replay', who, '--root', root, '--json'])
    expect(JSON.parse(raw.stdout)).toMatchObject({ failed: false })
  })

  it('is refused when it is no record, or names a handler outside of the folder', async () => {
    const root = folder({ ...handlers, 'other.json': '{}' })
    const other = join(root, 'other.json')
    expect(await anyhandler(['test', root, '--from', other])).toMatchObject({
      exitCode: 2,
      stderr: `anyhandler: ${other} is not a record; anyhandler dev --record writes records\n`,
    })
    expect(await anyhandler(['invoke', '--replay', other, '--event', '{}'])).toMatchObject({ exitCode: 2 })
    writeFileSync(
      other,
      JSON.stringify({
        version: 1,
        handler: '../../x',
        at: '',
        event: { text: '{}' },
        outcome: { kind: 'response', streamed: false, body: { text: '' } },
        log: [],
        durationMs: 0,
      }),
    )
    expect(await anyhandler(['test', root, '--from', other])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("the record's handler '../../x' leads out of") as string,
    })
  })
})
