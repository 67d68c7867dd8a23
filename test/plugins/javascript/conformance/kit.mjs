/** The handlers that the conformance kit asks for. */
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

export const echo = async (event) => event

export const fail = async (event) => {
  if (event.fail) throw new TypeError('asked to fail')
  return event
}

export const hang = async (event) => {
  if (event.hang) {
    spawn('setsid', ['sleep', '1000'])
    for (;;);
  }
  return event
}

export const end = async (event) => {
  if (event.exit) process.exit(3)
  return event
}

export const context = async (_event, context) => ({
  requestId: context.awsRequestId,
  deadlineMs: Date.now() + context.getRemainingTimeInMillis(),
  functionArn: context.invokedFunctionArn,
  traceId: process.env._X_AMZN_TRACE_ID,
})

export const stream = awslambda.streamifyResponse(async (event, stream) => {
  if (!event.stream && !event.break) return void stream.end(JSON.stringify(event))
  for (let number = 1; number <= 5; number++) {
    if (number > 1) await sleep(100)
    if (event.break && number > 1) throw new Error('the stream broke as it was told')
    stream.write(`part ${number}\n`)
  }
  stream.end()
})

export const kill = async (event) => {
  if (event.kill) process.kill(process.pid, 'SIGKILL')
  if (event.kill) await sleep(1_000)
  return event
}

const late = 'sleep 0.2; while :; do echo late; sleep 0.05; done'

export const background = async (event) => {
  if (!event.background) return event
  const child = spawn('sh', ['-c', late], { detached: true, stdio: 'inherit' })
  return { pid: child.pid }
}

export const allBytes = awslambda.streamifyResponse(async (_event, stream) => {
  stream.end(Buffer.from(Array.from({ length: 256 }, (_, index) => index)))
})

export const debug = async (event) => {
  process.stdout.write('debug output\n')
  return event
}

export const descriptors = async (event) => {
  if (readFileSync('/dev/stdin', 'utf8') !== '') throw new Error('standard input is not empty')
  for (const name of ['stderr', 'stdout']) writeFileSync(`/dev/${name}`, `${name} by name\n`)
  return event
}

export const pause = async (event) => {
  await sleep(20)
  return event
}
