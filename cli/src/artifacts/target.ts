/** AWS's own Python on Amazon Linux 2023, the usual one first. */
export const pythonRuntimes = ['python3.13', 'python3.14', 'python3.12'] as const
export type PythonRuntime = (typeof pythonRuntimes)[number]

/**
 * The target of an artifact. `provided.al2023` and Python's runtimes get their Node from the layer; `nodejs` is AWS's
 * managed Node.
 */
export const runtimes = ['provided.al2023', 'nodejs24.x', 'nodejs22.x', ...pythonRuntimes] as const
export type Runtime = (typeof runtimes)[number]

export function isPythonRuntime(name: string): name is PythonRuntime {
  return pythonRuntimes.some((known) => known === name)
}

/** Whether the layer holds Node: only `nodejs` has its own. */
export function bringsNode(runtime: Runtime): boolean {
  return !runtime.startsWith('nodejs')
}

/** Where a function is to run: a layer's runtime, or an image made by `anyhandler build image`. */
export const platformNames = [...runtimes, 'image'] as const
export type PlatformName = (typeof platformNames)[number]

/** Python's minor versions in Amazon Linux 2023 that its own `python3`, 3.9, is not; the usual one first. */
export const pythonVersions = ['3.13', '3.14', '3.12', '3.11'] as const
export type PythonVersion = (typeof pythonVersions)[number]

export const templateKinds = ['sam', 'cdk', 'terraform', 'serverless'] as const
export type TemplateKind = (typeof templateKinds)[number]

/** Runtimes of Lambda on Amazon Linux 2, and older. */
export function isTooOld(name: string): boolean {
  const python = /^python[23]\.(?<minor>\d+)$/.exec(name)?.groups?.['minor']
  return python === undefined ? /^(?:provided|provided\.al2|nodejs1\d\.x)$/.test(name) : Number(python) < 12
}

/** Named as Node does. */
export const architectures = ['x64', 'arm64'] as const
export type Architecture = (typeof architectures)[number]

/** AWS's name of an architecture. */
export function awsName(arch: Architecture): 'x86_64' | 'arm64' {
  return arch === 'x64' ? 'x86_64' : 'arm64'
}

/** Node as it goes into a layer. */
export interface NodeRelease {
  /** The package on npm, which holds `bin/node` as Node's own project built it. */
  readonly name: string
  readonly version: string
  /** Of `bin/node`, hexadecimal. */
  readonly sha256: string
  /** Of `bin/node`, in bytes. */
  readonly size: number
}

export interface Target {
  /** The included Node, if the runtime has none; the command's own when absent. */
  readonly node?: NodeRelease
  readonly runtime: Runtime
  readonly arch: Architecture
  /**
   * Names of built-in languages, in the order of the table of built-ins, then the packages of others; without
   * repetition.
   */
  readonly languages: readonly string[]
}
