import { architectureOf, choice, listOf } from '../artifacts/build-options.ts'
import { usualRuntime } from '../artifacts/usual-runtime.ts'
import type { Command, Values } from '../command.ts'
import { examine } from '../doctor/examine.ts'
import { lineOf } from '../doctor/finding.ts'
import { platform, platformNames } from '../doctor/platform.ts'
import { during } from '../progress.ts'
import { openRoot } from '../root.ts'

const help = `Usage: anyhandler doctor [DIR] [--runtime RUNTIME] [--arch ARCH] [--handlers LIST] [--have LIST] [--s3]
                         [--strict] [--json]

Says before deployment what would fail on Lambda: one line for each fault, with its file and its cure.

  DIR               the handlers' folder; the working directory when absent
  --runtime RUNTIME provided.al2023, nodejs24.x, nodejs22.x, python3.14, python3.13, python3.12, or image: what
                    anyhandler build image makes. When absent, python3.13 where a handler is written in Python, else
                    provided.al2023
  --arch ARCH       x64 (when absent; also x86_64, amd64), arm64 (also aarch64)
  --handlers LIST   handler names that the functions are configured with, with commas
  --have LIST       programs and Python modules that the function's other layers bring, with commas: jq,requests
  --s3              the zip is uploaded by way of S3: the limit of a direct upload does not count
  --strict          warnings fail too
  --json            {"runtime","arch","files","findings":[{"severity","file","fault","cure"}]} on standard output

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
    strict: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  operands: ['[DIR]'],
  async run(values, [folder]) {
    const { text, exitCode } = await during('doctor', () => report(folder, values))
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
  const arch = architectureOf(values)
  const name = values['runtime'] === undefined ? usualRuntime(root) : choice(values, 'runtime', platformNames)
  const { findings, fileCount } = await examine(root, {
    platform: platform(name, listOf(values, 'have')),
    arch,
    handlers: listOf(values, 'handlers'),
    viaS3: values['s3'] === true,
  })
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const exitCode = (values['strict'] === true ? findings.length : errors) > 0 ? 1 : 0
  if (values['json'] === true)
    return { text: `${JSON.stringify({ runtime: name, arch, files: fileCount, findings })}\n`, exitCode }
  const files = fileCount === 1 ? '1 file' : `${fileCount} files`
  const summary = `${files} for ${name}, ${arch}: ${counted(errors, 'error')}, ${counted(findings.length - errors, 'warning')}`
  return { text: `${[...findings.map(lineOf), summary].join('\n')}\n`, exitCode }
}

function counted(count: number, word: string): string {
  return `${count === 0 ? 'no' : count} ${word}${count === 1 ? '' : 's'}`
}
