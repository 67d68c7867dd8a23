import { describe, expect, it } from 'vitest'
import { taskFolder } from '../../support/task-folder.ts'
import { Emulator } from './emulator.ts'
import { accepted, RawApi } from '../../support/raw-api.ts'
import { serveFrom, until, wires } from '../../support/served.ts'

const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`

/** Header of the event, without its prefix, and its value; what becomes of the event. */
const hostile: readonly (readonly [string, string, string, 'passes' | 'fails'])[] = [
  ['DEL in the client context', 'Client-Context', '{"custom":{"a":"x\x7fy"}}', 'passes'],
  ['a control character in the client context', 'Client-Context', '{"custom":{"a":"x\x01y"}}', 'fails'],
  ['NUL in the client context', 'Client-Context', '{"custom":{"a":"x\0y"}}', 'fails'],
  ['a tab and a vertical tab in the identity', 'Cognito-Identity', '{"cognitoIdentityId":"\t\x0b"}', 'fails'],
  ['DEL in the identity', 'Cognito-Identity', '{"cognitoIdentityId":"\x7f"}', 'passes'],
  ['a control character in the trace id', 'Trace-Id', 'Root=1\x01', 'fails'],
  ['NUL in the tenant', 'Aws-Tenant-Id', 'blue\0green', 'fails'],
  ['DEL in the function ARN', 'Invoked-Function-Arn', 'arn:\x7f', 'fails'],
  ['a client context of 900 kB', 'Client-Context', `{"custom":{"a":"${'x'.repeat(900_000)}"}}`, 'passes'],
  ['a client context that is nested', 'Client-Context', `{"a":${nested(100_000)},"w3c":{}}`, 'fails'],
  ['a client context that is nested, without w3c', 'Client-Context', `{"a":${nested(100_000)}}`, 'fails'],
  ['an identity that is nested', 'Cognito-Identity', `{"a":${nested(10_000)}}`, 'fails'],
  [
    'an identity that is nested in mappings',
    'Cognito-Identity',
    `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`,
    'fails',
  ],
  ['brackets in a text', 'Cognito-Identity', `{"a":"\\"${'['.repeat(2000)}"}`, 'passes'],
  ['an identity that is no object', 'Cognito-Identity', '[]', 'fails'],
]

describe.each(wires)('nothing that comes with an event ends the runtime (%s)', (wire) => {
  it.each(hostile)('%s', async (_what, header, value, outcome) => {
    const raw = await RawApi.start()
    let called = 0
    const { records } = await serveFrom(
      raw.address,
      ({ identity, clientContext }) => {
        called++
        return JSON.stringify([identity, clientContext]).length > 2 ? 'ok' : 'none'
      },
      { wire },
    )
    const event = (id: string, more = '') =>
      `HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: ${id}\r\nLambda-Runtime-Deadline-Ms: ${Date.now() + 60_000}\r\n${more}Content-Length: 2\r\n\r\n{}`
    const bad = event('bad', `Lambda-Runtime-${header}: ${value}\r\n`)
    const answers: string[] = []
    let given = 0
    let goods = 0
    // As the classic platform: an event that is not answered is given out again.
    const serveAll = setInterval(() => {
      for (const connection of raw.connections) {
        const { received } = connection
        if (!received.includes('\r\n\r\n')) continue
        if (received.startsWith('GET')) {
          if (answers.length > 0 && goods++ > 0) continue
          connection.received = ''
          given++
          connection.write(answers.length === 0 ? bad : event('good'))
        } else if (/\r\n\r\n.+$/s.test(received)) {
          connection.received = ''
          answers.push(received)
          connection.write(accepted)
        }
      }
    }, 1)
    await until(() => answers.length >= 2)
    clearInterval(serveAll)
    const [first = '', second] = answers
    expect(first).toContain(outcome === 'passes' ? '/invocation/bad/response' : '/invocation/bad/error')
    if (outcome === 'fails') expect(first).toContain('Runtime.LambdaContextUnmarshalError')
    expect(second).toContain('/invocation/good/response')
    expect(called).toBe(outcome === 'passes' ? 2 : 1)
    expect(given).toBeLessThanOrEqual(4)
    expect(records.join('')).not.toContain('FATAL')
  })
})

it.each(['bash', 'python', 'sql'])(
  'a client context with control characters from the emulator, in %s',
  async (language) => {
    const emulator = await Emulator.start({
      root: taskFolder({
        'h.sh': 'echo "$PPID"\n',
        'h.py': 'import os\ndef handler(event, context):\n    return os.getppid()\n',
        'h.sql': "select context('clientContext.custom.a') a;\n",
      }),
      handler: `${language}:h`,
    })
    const context = (text: string) => ({ 'X-Amz-Client-Context': Buffer.from(text).toString('base64') })
    const before = (await emulator.invoke('{}')).text()
    expect((await emulator.invoke('{}', context('{"custom":{"a":"x\x7fy"}}'))).text()).not.toContain('error')
    for (const text of ['{"custom":{"a":"x\x01y"}}', `{"custom":${nested(20_000)}}`, '[]', 'x'])
      expect((await emulator.invoke('{}', context(text))).text()).toContain('Runtime.LambdaContextUnmarshalError')
    expect((await emulator.invoke('{}')).text()).toBe(before)
  },
)
