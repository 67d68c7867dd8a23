import { describe, expect, it } from 'vitest'
import { isProxyKind, kindOf } from '@anyhandler/core/events'
import { samples } from '../core/events/samples.ts'
import { folder } from '../support/folder.ts'
import { serveFiles } from '../support/serve-files.ts'

const others = [...samples].filter(([, bytes]) => !isProxyKind(kindOf(bytes)))
const policy = '{"principalId":"mila","policyDocument":{"Version":"2012-10-17","Statement":[]}}'
const head = {
  bash: `respond 403 'Vary: a' 'Set-Cookie: b=1'`,
  sql: `403 statusCode, '{"vary":"a"}' headers, '["b=1"]' cookies`,
}

/** Answers of handlers, and the bytes that they have always had. */
const handlers: readonly (readonly [file: string, text: string, bytes: string])[] = [
  ['policy.sh', `printf '%s\\n' '${policy}'\n`, `${policy}\n`],
  ['simple.sh', `echo '{"isAuthorized": true}'\n`, '{"isAuthorized": true}\n'],
  ['text.sh', 'echo plain\n', 'plain\n'],
  ['nothing.sh', ':\n', ''],
  [
    'status.sh',
    `${head.bash}; printf no\n`,
    '{"statusCode":403,"headers":{"Vary":"a"},"cookies":["b=1"],"body":"no","isBase64Encoded":false}',
  ],
  ['policy.sql', `-- answer: value\n-- json: p\nSELECT '${policy}' AS p;\n`, policy],
  ['simple.sql', "-- json: isAuthorized\nSELECT 'true' AS isAuthorized;\n", '{"isAuthorized":true}'],
  ['text.sql', "-- answer: body\nSELECT 'plain';\n", 'plain'],
  ['nothing.sql', 'SELECT 1 WHERE 0;\n', 'null'],
  [
    'status.sql',
    `SELECT ${head.sql}, 'no' body, 7 "order";\n`,
    '{"statusCode":403,"headers":{"vary":"a"},"cookies":["b=1"],"body":"no","order":7}',
  ],
  ['blob.sql', "SELECT x'ff' body, 200 statusCode;\n", '{"body":"/w==","statusCode":200,"isBase64Encoded":true}'],
  [
    'policy.py',
    `def handler(event, context):\n    return ${policy}\n`,
    policy.replaceAll('":', '": ').replaceAll(',"', ', "'),
  ],
]

describe('an answer to an authorizer’s event, or to any event that is of no front door', () => {
  it('is tried with every kind of authorizer', () => {
    const authorizers = others.filter(([name]) => name.includes('authorizer'))
    expect(authorizers.map(([, bytes]) => kindOf(bytes)).toSorted()).toEqual([
      'appsync-authorizer',
      'authorizer-http',
      'authorizer-http-1.0',
      'authorizer-request',
      'authorizer-token',
      'authorizer-websocket',
    ])
    expect(new Set(others.map(([, bytes]) => kindOf(bytes))).size).toBe(19)
  })

  it.each(handlers)('stays byte for byte as it was: %s', async (file, text, bytes) => {
    const name = file.endsWith('.py') ? file.replace('.py', '.handler') : file
    const { invoke } = await serveFiles(folder({ [file]: text }), name)
    const plain = await serveFiles(folder({ [file]: text, 'anyhandler.config.json': '{"shape":false}' }), name)
    for (const [sample, event] of others) {
      expect([sample, (await invoke(event)).text()]).toEqual([sample, bytes])
      expect([sample, (await plain.invoke(event)).text()]).toEqual([sample, bytes])
    }
    // And `shape: false` means it behind a front door as well.
    for (const front of ['rest', 'http', 'url', 'alb', 'lattice'])
      expect((await plain.invoke(samples.get(front) as Buffer)).text()).toBe(bytes)
  })

  it('is never changed for Python, whatever the event', async () => {
    const { invoke } = await serveFiles(
      folder({ 'app.py': 'def handler(event, context):\n    return {"statusCode": 200, "Body": [1]}\n' }),
      'app.handler',
    )
    for (const [name, event] of samples)
      expect([name, (await invoke(event)).text()]).toEqual([name, '{"statusCode": 200, "Body": [1]}'])
  })
})
