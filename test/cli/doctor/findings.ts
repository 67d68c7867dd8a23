import { parseArgs } from 'node:util'
import type { Values } from '../../../cli/src/command.ts'
import { doctor, report } from '../../../cli/src/commands/doctor.ts'

/** What the doctor says of a folder, in this process. */
export async function findings(
  root: string,
  ...flags: readonly string[]
): Promise<{ lines: string[]; summary: string; exitCode: number }> {
  const { values } = parseArgs({ args: [...flags], options: doctor.options })
  const { text, exitCode } = await report(root, values as Values)
  const lines = text.trimEnd().split('\n')
  return { summary: lines.pop() ?? '', lines, exitCode }
}
