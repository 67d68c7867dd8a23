/** What an artifact is for. `provided.al2023` brings its own Node; the others run on AWS's managed Node. */
export const runtimes = ['provided.al2023', 'nodejs24.x', 'nodejs22.x'] as const
export type Runtime = (typeof runtimes)[number]

/** Named as Node does. */
export const architectures = ['x64', 'arm64'] as const
export type Architecture = (typeof architectures)[number]

/** AWS's name of an architecture. */
export function awsName(arch: Architecture): 'x86_64' | 'arm64' {
  return arch === 'x64' ? 'x86_64' : 'arm64'
}

export interface Target {
  readonly runtime: Runtime
  readonly arch: Architecture
  /** Names of built-in languages, in the order of the table of built-ins, then the packages of others; without repetition. */
  readonly languages: readonly string[]
}
