import type { Artifact } from '../artifacts/artifact.ts'
import { BuildError } from '../artifacts/build-error.ts'
import { functionZip } from '../artifacts/function.ts'
import { image } from '../artifacts/image.ts'
import { layer } from '../artifacts/layer.ts'
import { template } from '../artifacts/template.ts'
import type { Parsed } from '../command-line/command.ts'
import type { build as table } from '../flags/build.ts'
import { beQuiet } from '../note.ts'
import { during } from '../progress.ts'
import { openRoot } from '../root.ts'

const artifacts: Readonly<Record<string, Artifact>> = { layer, function: functionZip, image, '--template': template }

export async function build({ values, form, operands: [folder] }: Parsed<typeof table>): Promise<number> {
  const artifact = artifacts[form] as Artifact
  if (values.quiet === true || values.json === true) beQuiet()
  const root = artifact.takesFolder ? openRoot(folder, 'DIR') : ''
  try {
    const { text, facts } = await during(`build ${form}`, () => artifact.build(values, root))
    if (values.json === true)
      process.stdout.write(`${JSON.stringify({ artifact: form.replace('--', ''), ...facts })}\n`)
    else if (values.quiet !== true) process.stdout.write(text)
    return 0
  } catch (error) {
    if (!(error instanceof BuildError) && !isOfSystem(error)) throw error
    process.stderr.write(`anyhandler: ${error.message}\n`)
    return 1
  }
}

/** A file that can't be read or written; its message names it. */
function isOfSystem(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string'
}
