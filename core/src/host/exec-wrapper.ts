import { accessSync, constants } from 'node:fs'
import { wrappedName } from '../env/env.ts'
import { HostError, messageOf } from '../errors.ts'

/**
 * Variables that name a wrapper, in order. The platform runs the first for its own runtimes only, so this host does it
 * on `provided.*` and in images. The second is for a host that was itself started through the first.
 */
const wrapperNames = ['AWS_LAMBDA_EXEC_WRAPPER', 'ANYHANDLER_EXEC_WRAPPER'] as const

/**
 * The command that must replace this process first: the wrapper with the original command as its arguments. It ends
 * with `exec "$@"`.
 *
 * @param argv what started this process, the program first
 * @returns `undefined` without a wrapper, or once it was run through
 * @throws HostError `Runtime.InvalidEnvironment` when the wrapper can't be run
 */
export function wrappedCommand(argv: readonly string[], variables: NodeJS.ProcessEnv): readonly string[] | undefined {
  if (variables[wrappedName]) return undefined
  const wrappers = new Set<string>()
  for (const name of wrapperNames) {
    const wrapper = variables[name]
    if (!wrapper) continue
    try {
      accessSync(wrapper, constants.X_OK)
    } catch (error) {
      throw new HostError('Runtime.InvalidEnvironment', {
        at: name,
        problem: `${name} names ${wrapper}, which cannot be executed: ${messageOf(error)}`,
        cure: 'give it the execute bit, or unset the variable',
        cause: error,
      })
    }
    wrappers.add(wrapper)
  }
  return wrappers.size === 0 ? undefined : [...wrappers, ...argv]
}
