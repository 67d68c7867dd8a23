import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  InvokeCommand,
  InvokeWithResponseStreamCommand,
  LambdaClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDev } from '../support/dev.ts'
import type { TestDev } from '../support/dev.ts'
import { keptFolder } from '../support/kept-folder.ts'

const clients = join(import.meta.dirname, '../../.cache/clients')
/** Credentials that nobody has: the clients sign with them, and nothing looks at that. */
const identity = { AWS_ACCESS_KEY_ID: 'nobody', AWS_SECRET_ACCESS_KEY: 'nothing', AWS_DEFAULT_REGION: 'eu-central-1' }
const files = {
  'echo.sql': '-- answer: body application/json\nSELECT event();\n',
  'app.py': [
    'def handler(event, context):',
    '    print("hello log")',
    '    return {"got": event, "client": context.client_context.custom if context.client_context else None}',
    'def fails(event, context):',
    '    raise ValueError("no luck")',
    'def stream(event, context):',
    '    for n in range(3): yield f"part {n};".encode()',
    'def torn(event, context):',
    '    yield b"part 0;"',
    '    raise ValueError("torn")',
    '',
  ].join('\n'),
}

const boto3Script = `
import base64, boto3, json, sys
client = boto3.client("lambda", endpoint_url=sys.argv[1])
def show(**request):
    answer = client.invoke(**request)
    log = base64.b64decode(answer.get("LogResult", "")).decode()
    return [answer["StatusCode"], answer.get("FunctionError"), answer.get("ExecutedVersion"), answer["Payload"].read().decode(), "hello log" in log]
def stream(name):
    events = list(client.invoke_with_response_stream(FunctionName=name)["EventStream"])
    text = b"".join(event["PayloadChunk"]["Payload"] for event in events if "PayloadChunk" in event).decode()
    return [text, events[-1]["InvokeComplete"]]
try:
    client.invoke(FunctionName="nobody")
except client.exceptions.ResourceNotFoundException as error:
    missing = error.response["Error"]
try:
    client.invoke(FunctionName="echo", Payload=b"{")
except client.exceptions.InvalidRequestContentException as error:
    invalid = error.response["Error"]["Code"]
print(json.dumps({
    "plain": show(FunctionName="echo", Payload=b'{"a": 1}'),
    "context": show(FunctionName="app", Payload=b"1", LogType="Tail", ClientContext=base64.b64encode(b'{"custom":{"a":"b"}}').decode()),
    "failed": show(FunctionName="app.fails"),
    "event": show(FunctionName="echo", InvocationType="Event", Payload=b"{}"),
    "dry": show(FunctionName="echo", InvocationType="DryRun"),
    "stream": stream("app.stream"), "torn": stream("app.torn"), "whole": stream("app"),
    "missing": missing, "invalid": invalid,
}))
`

describe('real clients, unmodified', () => {
  const root = keptFolder(files)
  let dev: TestDev

  beforeAll(async () => {
    dev = await openDev(root)
  })
  afterAll(() => dev.close())

  it('boto3 invokes, sees failures as they are, and reads streams', async () => {
    const { stdout } = await execa('python3', ['-c', boto3Script, dev.url], {
      env: { ...identity, PYTHONPATH: clients },
    })
    expect(JSON.parse(stdout)).toEqual({
      plain: [200, null, '$LATEST', '{"a": 1}', false],
      context: [200, null, '$LATEST', '{"got": 1, "client": {"a": "b"}}', true],
      failed: [200, 'Unhandled', '$LATEST', expect.stringContaining('"errorMessage": "no luck"'), false],
      event: [202, null, null, '', false],
      dry: [204, null, '$LATEST', '', false],
      stream: ['part 0;part 1;part 2;', {}],
      torn: ['part 0;', { ErrorCode: 'ValueError', ErrorDetails: expect.stringContaining('torn') }],
      whole: ['{"got": {}, "client": null}', {}],
      missing: {
        Code: 'ResourceNotFoundException',
        Message: 'Function not found: arn:aws:lambda:eu-central-1:012345678912:function:nobody (there are app, echo)',
      },
      invalid: 'InvalidRequestContentException',
    })
  })

  it('the AWS SDK for JavaScript does, too', async () => {
    const client = new LambdaClient({
      endpoint: dev.url,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'nobody', secretAccessKey: 'nothing' },
    })
    const answer = await client.send(
      new InvokeCommand({ FunctionName: 'app', Payload: Buffer.from('2'), LogType: 'Tail' }),
    )
    expect([answer.StatusCode, answer.ExecutedVersion, answer.FunctionError]).toEqual([200, '$LATEST', undefined])
    expect(answer.Payload?.transformToString()).toBe('{"got": 2, "client": null}')
    expect(Buffer.from(answer.LogResult ?? '', 'base64').toString()).toContain('hello log')
    const failed = await client.send(new InvokeCommand({ FunctionName: 'app.fails' }))
    expect(failed.FunctionError).toBe('Unhandled')
    const { EventStream } = await client.send(
      new InvokeWithResponseStreamCommand({ FunctionName: 'app.stream', LogType: 'Tail' }),
    )
    let text = ''
    let complete: unknown
    for await (const { PayloadChunk, InvokeComplete } of EventStream ?? []) {
      text += Buffer.from(PayloadChunk?.Payload ?? []).toString()
      complete = InvokeComplete ?? complete
    }
    expect([text, complete]).toEqual(['part 0;part 1;part 2;', { LogResult: expect.stringMatching(/^[\w+/]+=*$/) }])
    await expect(client.send(new InvokeCommand({ FunctionName: 'nobody' }))).rejects.toThrow(ResourceNotFoundException)
    client.destroy()
  })

  it('so does AWS’s command line', async () => {
    const out = join(root, 'out.json')
    const flags = ['--endpoint-url', dev.url, '--function-name', 'app', '--payload', '{"n":3}', out]
    const { stdout } = await execa('python3', ['-m', 'awscli', 'lambda', 'invoke', ...flags], {
      env: { ...identity, PYTHONPATH: clients },
    })
    expect(JSON.parse(stdout)).toEqual({ StatusCode: 200, ExecutedVersion: '$LATEST' })
    expect(readFileSync(out, 'utf8')).toBe('{"got": {"n": 3}, "client": null}')
  })

  it('and curl, for the Invoke API and for HTTP', async () => {
    const invoked = await execa('curl', ['-s', '-d', '{"n":4}', `${dev.url}/2015-03-31/functions/echo/invocations`])
    expect(invoked.stdout).toBe('{"n":4}')
    const { stdout } = await execa('curl', [
      '-s',
      '--compressed',
      '-i',
      '-b',
      'a=1',
      '-F',
      'f=x',
      `${dev.url}/app/way?x=1`,
    ])
    expect(stdout).toMatch(/^HTTP\/1\.1 200 OK\r?\n/)
    expect(stdout).toContain('"isBase64Encoded": true')
  })
})
