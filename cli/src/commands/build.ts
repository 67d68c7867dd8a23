import type { Artifact } from '../artifacts/artifact.ts'
import { BuildError } from '../artifacts/build-error.ts'
import { functionZip } from '../artifacts/function.ts'
import { image } from '../artifacts/image.ts'
import { layer } from '../artifacts/layer.ts'
import { template } from '../artifacts/template.ts'
import { UsageError } from '../command.ts'
import type { Command, Values } from '../command.ts'
import { beQuiet } from '../note.ts'
import { during } from '../progress.ts'
import { openRoot } from '../root.ts'

const help = `Usage: anyhandler build layer [--runtime RUNTIME] [--arch ARCH] [--languages LIST] [--out FILE.zip]
       anyhandler build function DIR [--runtime RUNTIME] [--arch ARCH] [--exclude LIST] [--list]
                                 [--no-dependencies] [--standalone [--languages LIST]] [--out FILE.zip]
       anyhandler build image DIR [--arch ARCH] [--languages LIST] [--python VERSION] [--exclude LIST]
                              [--no-dependencies] [--out FOLDER]
       anyhandler build --template KIND [DIR] [--runtime RUNTIME] [--arch ARCH] [--handlers LIST] [--per-route]
                                 [--out FILE]

Makes what is deployed to AWS Lambda.

  layer             a zip with the host: bootstrap, Node, the languages. The same command gives the same bytes
  function DIR      a zip with the handlers, their configuration, the plugins that it names and the dependencies of package.json
  image DIR         a Dockerfile, and the folder that it is built from
  --template KIND   the infrastructure for a function and its layer: sam, cdk, terraform, serverless. DIR: the working
                    directory when absent; one function for each handler in it, or one with the routes and sources of
                    its configuration

  --runtime RUNTIME provided.al2023; nodejs24.x, nodejs22.x: AWS's own Node, a layer of 1 MB; python3.14, python3.13,
                    python3.12: AWS's own Python. When absent, python3.13 for a folder with a Python handler, else
                    provided.al2023
  --arch ARCH       x64 (when absent; also x86_64, amd64), arm64 (also aarch64)
  --languages LIST  bash,sql,python (when absent), or some of them, and packages of plugins that are installed here
  --exclude LIST    patterns of what is left out, as in .anyhandlerignore (the syntax of .gitignore), with commas
  --list            shows what would go into the function, largest first, and writes nothing
  --no-dependencies leaves alone what uv.lock, requirements.txt or pyproject.toml names; else its wheels for Lambda's
                    Python are installed by uv, or by pip
  --standalone      puts the host into the function: no layer is needed
  --python VERSION  of the image, from Amazon Linux; 3.13 when absent
  --node VERSION    24.x.y or latest-24: another Node than this command's own, from the npm registry. What it is stands
                    in a .lock.json beside the artifact
  --handlers LIST   handler names, with commas; else those that are found in DIR
  --per-route       one function for each handler of the routes and sources in place of one for all
  --out FILE        where to: anyhandler-layer.zip, function.zip, anyhandler-image or the template's usual name when absent
  --json            what was made, as one JSON object on standard output; sizes in bytes
  --quiet           says nothing but failures

Exit code: 0; 1 when it can't be built; 2 for wrong usage.
`

/** Flags of all of them. */
const common: readonly string[] = ['json', 'quiet']

const artifacts: Readonly<Record<string, Artifact>> = { layer, function: functionZip, image }

export const build: Command = {
  name: 'build',
  summary: 'makes the layer, the function, an image, a template',
  help,
  options: {
    runtime: { type: 'string' },
    arch: { type: 'string' },
    languages: { type: 'string' },
    standalone: { type: 'boolean' },
    exclude: { type: 'string' },
    list: { type: 'boolean' },
    'no-dependencies': { type: 'boolean' },
    python: { type: 'string' },
    node: { type: 'string' },
    handlers: { type: 'string' },
    'per-route': { type: 'boolean' },
    template: { type: 'string' },
    out: { type: 'string' },
    json: { type: 'boolean' },
    quiet: { type: 'boolean' },
  },
  topics: Object.keys(artifacts),
  operands: ['[layer | function | image]', '[DIR]'],
  async run(values, operands) {
    const { artifact, title, folder } = chosen(values, operands)
    refuseForeignFlags(artifact, title, values)
    if (values['quiet'] === true || values['json'] === true) beQuiet()
    const root = artifact.takesFolder ? openRoot(folder, 'DIR') : ''
    try {
      const { text, facts } = await during(title, () => artifact.build(values, root))
      if (values['json'] === true)
        process.stdout.write(`${JSON.stringify({ artifact: title.replace(/^build (?:--)?/, ''), ...facts })}\n`)
      else if (values['quiet'] !== true) process.stdout.write(text)
      return 0
    } catch (error) {
      if (!(error instanceof BuildError) && !isOfSystem(error)) throw error
      process.stderr.write(`anyhandler: ${error.message}\n`)
      return 1
    }
  },
}

/** A file that can't be read or written; its message names it. */
function isOfSystem(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string'
}

function chosen(
  values: Values,
  operands: readonly string[],
): { artifact: Artifact; title: string; folder: string | undefined } {
  const [kind, folder] = operands
  if (values['template'] !== undefined) {
    if (folder !== undefined)
      throw new UsageError(`build --template takes DIR, not also '${folder}' (see anyhandler build --help)`)
    return { artifact: template, title: 'build --template', folder: kind }
  }
  if (kind === undefined)
    throw new UsageError(
      'build needs to know what: layer, function DIR, image DIR, or --template KIND (see anyhandler build --help)',
    )
  const artifact = Object.hasOwn(artifacts, kind) ? artifacts[kind] : undefined
  if (!artifact)
    throw new UsageError(
      `build makes ${Object.keys(artifacts).join(', ')} or a --template, not '${kind}' (see anyhandler build --help)`,
    )
  if (artifact.takesFolder && folder === undefined)
    throw new UsageError(`build ${kind} needs DIR, the folder of the handlers (see anyhandler build --help)`)
  if (!artifact.takesFolder && folder !== undefined)
    throw new UsageError(`build ${kind} takes no folder: it holds no handlers (see anyhandler build --help)`)
  return { artifact, title: `build ${kind}`, folder }
}

function refuseForeignFlags({ flags }: Artifact, title: string, values: Values): void {
  const foreign = Object.keys(values).find((flag) => !flags.includes(flag) && !common.includes(flag))
  if (foreign !== undefined) throw new UsageError(`${title} has no flag --${foreign} (see anyhandler build --help)`)
}
