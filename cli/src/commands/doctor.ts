import { listOf } from '../artifacts/build-options.ts'
import { usualRuntime } from '../artifacts/usual-runtime.ts'
import type { Parsed } from '../command-line/command.ts'
import type { doctor as table } from '../flags/doctor.ts'
import { examine } from '../doctor/examine.ts'
import { lineOf } from '../doctor/finding.ts'
import { platform } from '../doctor/platform.ts'
import { during } from '../progress.ts'
import { openRoot } from '../root.ts'

export async function doctor({ values, operands: [folder] }: Parsed<typeof table>): Promise<number> {
  const { text, exitCode } = await during('doctor', () => report(folder, values))
  process.stdout.write(text)
  return exitCode
}

/** The report about a folder. @throws UsageError */
export async function report(
  folder: string | undefined,
  values: Parsed<typeof table>['values'],
): Promise<{ readonly text: string; readonly exitCode: number }> {
  const root = openRoot(folder, 'DIR')
  const { arch, runtime: name = usualRuntime(root) } = values
  const { findings, fileCount } = await examine(root, {
    platform: platform(name, listOf(values.have)),
    arch,
    handlers: listOf(values.handlers),
    viaS3: values.s3 === true,
  })
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const exitCode = (values.strict === true ? findings.length : errors) > 0 ? 1 : 0
  if (values.json === true)
    return { text: `${JSON.stringify({ runtime: name, arch, files: fileCount, findings })}\n`, exitCode }
  const files = fileCount === 1 ? '1 file' : `${fileCount} files`
  const summary = `${files} for ${name}, ${arch}: ${counted(errors, 'error')}, ${counted(findings.length - errors, 'warning')}`
  return { text: `${[...findings.map(lineOf), summary].join('\n')}\n`, exitCode }
}

function counted(count: number, word: string): string {
  return `${count === 0 ? 'no' : count} ${word}${count === 1 ? '' : 's'}`
}
