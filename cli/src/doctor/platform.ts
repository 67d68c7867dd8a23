import { isPythonRuntime } from '../artifacts/target.ts'
import type { PlatformName } from '../artifacts/target.ts'

export interface Platform {
  readonly name: PlatformName
  /** Version of its Python, `3.13`; undefined if it has none, or if it isn't known. */
  readonly python: string | undefined
  /** Whether a script can name this interpreter. */
  interprets(program: string): boolean
  /** Whether a program is known to be missing. */
  lacks(program: string): boolean
  /** Whether no layer was named that brings a module of Python. */
  lacksModule(name: string): boolean
}

/** Interpreters of Amazon Linux 2023 as Lambda gives it. */
const interpreters: readonly string[] = ['sh', 'bash', 'awk', 'gawk', 'sed']

/** Programs that it lacks, although scripts call them. */
const missing =
  `python python2 python3 node deno bun ruby perl php lua java pwsh zsh fish ksh dash sqlite3 jq yq find xargs tar unzip zip
  ps pgrep pkill git wget ssh scp rsync aws bc dig nslookup ping nc make gcc psql mysql redis-cli ffmpeg`.split(/\s+/)

/** @param further programs and modules that the function's other layers bring */
export function platform(name: PlatformName, further: readonly string[] = []): Platform {
  const python = isPythonRuntime(name) ? name.slice('python'.length) : undefined
  const present = [...further, ...(name.startsWith('nodejs') ? ['node'] : [])]
  if (name === 'image' || python !== undefined) present.push('python3', 'python')
  if (python !== undefined) present.push(`python${python}`)
  return {
    name,
    python,
    interprets: (program) => present.includes(program) || interpreters.includes(program),
    lacks: (program) => missing.includes(program) && !present.includes(program),
    lacksModule: (module) => !further.includes(module),
  }
}
