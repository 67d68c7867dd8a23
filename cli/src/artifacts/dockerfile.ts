import { version } from '@anyhandler/core/host'
import { sealed, signature } from './own-artifact.ts'
import { shellWord } from './shell-words.ts'
import { awsName } from './target.ts'
import type { Architecture, PythonVersion } from './target.ts'

/** Base image: Amazon Linux 2023 as Lambda has it, with the emulator for local runs. */
const base = 'public.ecr.aws/lambda/provided:al2023'

export interface ImageOptions {
  readonly arch: Architecture
  /** Installed when it is given. */
  readonly python?: PythonVersion
  /** Further packages of Amazon Linux 2023, which plugins need. */
  readonly packages?: readonly string[]
  readonly handlers: readonly string[]
  /** Name of the folder that the file lies in. */
  readonly folder: string
}

/**
 * The Dockerfile of a function. The base image's entry point takes the handler's name from the command, and starts
 * `bootstrap` of the runtime's folder, when run locally in its emulator.
 */
export function dockerfile({ arch, python, packages = [], handlers, folder }: ImageOptions): string {
  const platform = arch === 'x64' ? 'linux/amd64' : 'linux/arm64'
  const [first = '', ...others] = handlers
  const more =
    others.length > 0
      ? `# Other handlers: ${others.join(', ')}; the function's image configuration can name one (ImageConfig.Command).\n`
      : ''
  const wanted = [...(python === undefined ? [] : [`python${python}`]), ...new Set(packages)]
  const link = python === undefined ? '' : ` && ln -s /usr/bin/python${python} /usr/local/bin/python3`
  const install =
    wanted.length === 0 ? '' : `RUN dnf install -y ${wanted.map(shellWord).join(' ')} && dnf clean all${link}\n`
  return sealed(`${signature}, version ${version}, for ${awsName(arch)}
#   docker build --platform ${platform} --provenance=false --tag NAME ${shellWord(folder)}
#   docker run --rm --publish 9000:8080 NAME
#   curl --data '{}' http://127.0.0.1:9000/2015-03-31/functions/function/invocations
FROM ${base}
${install}COPY runtime/ /var/runtime/
COPY function/ /var/task/
${more}CMD [${JSON.stringify(first)}]
`)
}
