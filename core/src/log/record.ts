import type { Invocation, Level } from '../contract.ts'

export type LogFormat = 'text' | 'json'

export interface RecordError {
  readonly errorType: string
  readonly errorMessage: string
  readonly stackTrace?: readonly string[]
}

interface About {
  readonly invocation?: Invocation | undefined
  readonly error?: RecordError | undefined
}

/**
 * One record with its newline; in text, the lines of the message are joined by carriage returns, as AWS's runtimes do
 * it.
 */
export function formatRecord(
  format: LogFormat,
  level: Level,
  message: string,
  { invocation, error }: About = {},
): Buffer {
  if (format === 'json') {
    const { id: requestId, tenantId } = invocation ?? {}
    const record = {
      timestamp: new Date().toISOString(),
      level,
      ...(requestId && { requestId }),
      ...(tenantId && { tenantId }),
      message,
      ...error,
    }
    return Buffer.from(`${JSON.stringify(record)}\n`)
  }
  const text = error?.stackTrace?.length ? `${message}\n${error.stackTrace.join('\n')}` : message
  return Buffer.from(`${textPrefix(level, invocation)}${text.replace(/\r?\n/g, '\r')}\n`)
}

/** The prefix of the message in text: time, request id (`-` between events) and level. */
export function textPrefix(level: Level, invocation: Invocation | undefined): string {
  return `${new Date().toISOString()}\t${invocation?.id ?? '-'}\t${level}\t`
}
