import type { Invocation, PluginEnv } from '../contract.ts'
import { LogOutput } from './protocol/log-output.ts'

/**
 * The log of a child's outputs.
 * @param makesRecords true if the language writes records of its own between printed lines
 * @param onLine gets every line and every record too
 */
export function openLog(
  makesRecords: boolean,
  env: PluginEnv,
  invocation?: Invocation,
  onLine?: (line: Buffer) => void,
): LogOutput {
  const about = invocation && { invocation }
  const printed = makesRecords ? ({ ...about, form: 'printed' } as const) : about
  return new LogOutput(makesRecords, {
    onLine(line) {
      env.log(line, printed)
      onLine?.(line)
    },
    onRecord(record, header) {
      env.log(record, { ...about, ...header })
      onLine?.(record)
    },
  })
}
