import { realpathSync } from 'node:fs'
import { HostError, messageOf } from '../errors.ts'

/** @throws HostError `Runtime.InvalidTaskRoot` */
export function resolveTaskRoot(taskRoot: string): string {
  try {
    return realpathSync(taskRoot)
  } catch (error) {
    throw new HostError('Runtime.InvalidTaskRoot', {
      problem: `the task root ${taskRoot} cannot be opened: ${messageOf(error)}`,
      cure: "set LAMBDA_TASK_ROOT or --root to the handlers' folder",
      cause: error,
    })
  }
}
