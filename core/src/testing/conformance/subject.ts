import { randomBytes } from 'node:crypto'
import type { Plugin, PluginFactory } from '../../contract.ts'
import type { BuiltIns, LanguageTraits } from '../../registry/registry.ts'

/** The tested plugin and all settings that the cases need to run it. */
export interface Subject {
  readonly factory: PluginFactory<never>
  /** Passed to the plugin's factory. */
  readonly options: unknown
  /** The host's data about the language besides its extensions. */
  readonly language: LanguageTraits
  /** Absolute. */
  readonly taskRoot: string
  readonly configFile?: string
  readonly variables: Readonly<Record<string, string>>
  /** `file:` URL of the plugin's module, if given. */
  readonly module: string | undefined
  /** When the case must be done: epoch milliseconds. */
  readonly endsAt: number
}

export async function makePlugin({ factory, options }: Pick<Subject, 'factory' | 'options'>): Promise<Plugin> {
  return (factory as PluginFactory)(options)
}

/** A table of built-in languages that contains only the plugin. */
export async function builtInsOf(subject: Pick<Subject, 'factory' | 'options' | 'language'>): Promise<BuiltIns> {
  const { name, extensions } = await makePlugin(subject)
  return {
    [name]: {
      ...subject.language,
      extensions,
      package: 'the plugin under test',
      load: async () => ({ default: () => makePlugin(subject) }),
    },
  }
}

/** A variable that all processes of one host inherit, by which the kit finds them. */
export interface Mark {
  readonly name: string
  readonly value: string
}

export function newMark(): Mark {
  return { name: 'ANYHANDLER_CONFORMANCE', value: randomBytes(8).toString('hex') }
}

export function textOf({ name, value }: Mark): string {
  return `${name}=${value}`
}

export interface Surroundings {
  readonly runtimeApi: string
  readonly handler: string
  readonly concurrency: number
  readonly mark: Mark
}

/** The environment of a function: this process's own, with Lambda's variables replaced. */
export function variablesFor(
  { taskRoot, variables }: Subject,
  { runtimeApi, handler, concurrency, mark }: Surroundings,
): Record<string, string> {
  const own = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !isPlatforms(entry[0]),
  )
  return {
    ...Object.fromEntries(own),
    ...variables,
    [mark.name]: mark.value,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    _HANDLER: handler,
    LAMBDA_TASK_ROOT: taskRoot,
    ...(concurrency > 1 && { AWS_LAMBDA_MAX_CONCURRENCY: String(concurrency) }),
  }
}

function isPlatforms(name: string): boolean {
  return /^(AWS_LAMBDA_|_LAMBDA_|_X_AMZN_|_HANDLER$|LAMBDA_TASK_ROOT$)/.test(name)
}
