import { parse } from '../../../cli/src/command-line/parse.ts'
import { report } from '../../../cli/src/commands/doctor.ts'
import { doctor } from '../../../cli/src/flags/doctor.ts'

/** What the doctor says of a folder, in this process. */
export async function findings(
  root: string,
  ...flags: readonly string[]
): Promise<{ lines: string[]; summary: string; exitCode: number }> {
  const { values } = await parse(doctor, flags)
  const { text, exitCode } = await report(root, values)
  const lines = text.trimEnd().split('\n')
  return { summary: lines.pop() ?? '', lines, exitCode }
}
