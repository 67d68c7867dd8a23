import { architectureOf, choice } from '../artifacts/build-options.ts'
import { textOf } from '../command.ts'
import type { Command, Values } from '../command.ts'
import { examine } from '../doctor/examine.ts'
import { lineOf } from '../doctor/finding.ts'
import { platform, platformNames } from '../doctor/platform.ts'
import { openRoot } from '../root.ts'

const help = `Usage: anyhandler doctor [DIR] [--runtime RUNTIME] [--arch ARCH] [--handlers LIST] [--have LIST] [--s3]

Says before deployment what would fail on Lambda: one line for each fault, with its file and its cure.

  DIR               the handlers' folder; the working directory when absent
  --runtime RUNTIME provided.al2023 (when absent), nodejs24.x, nodejs22.x, or image: what anyhandler build image makes
  --arch ARCH       x64 (when absent), arm64
  --handlers LIST   handler names that the functions are configured with, with commas
  --have LIST       programs that the function's other layers bring, with commas: python3,jq
  --s3              the zip is uploaded by way of S3: the limit of a direct upload does not count

Exit code: 0, also with warnings; 1 when something would fail; 2 for wrong usage.
`

export const doctor: Command = {
  name: 'doctor',
  summary: 'says what would fail on Lambda, before it is deployed',
  help,
  options: {
    runtime: { type: 'string' },
    arch: { type: 'string' },
    handlers: { type: 'string' },
    have: { type: 'string' },
    s3: { type: 'boolean' },
  },
  operands: ['[DIR]'],
  async run(values, [folder]) {
    const { text, exitCode } = await report(folder, values)
    process.stdout.write(text)
    return exitCode
  },
}

/** What is said about a folder. @throws UsageError */
export async function report(
  folder: string | undefined,
  values: Values,
): Promise<{ readonly text: string; readonly exitCode: number }> {
  const root = openRoot(folder, 'DIR')
  const words = (flag: string): string[] =>
    textOf(values, flag)
      ?.split(',')
      .map((word) => word.trim())
      .filter((word) => word !== '') ?? []
  const arch = architectureOf(values)
  const target = platform(choice(values, 'runtime', platformNames), words('have'))
  const { findings, fileCount } = await examine(root, {
    platform: target,
    arch,
    handlers: words('handlers'),
    viaS3: values['s3'] === true,
  })
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const files = fileCount === 1 ? '1 file' : `${fileCount} files`
  const summary = `${files} for ${target.name}, ${arch}: ${counted(errors, 'error')}, ${counted(findings.length - errors, 'warning')}`
  return { text: `${[...findings.map(lineOf), summary].join('\n')}\n`, exitCode: errors > 0 ? 1 : 0 }
}

function counted(count: number, word: string): string {
  return `${count === 0 ? 'no' : count} ${word}${count === 1 ? '' : 's'}`
}
