import type { Plugin, PluginEnv } from '../contract.ts'
import type { RuntimeApi } from '../runtime-api.ts'

/**
 * A failed hook, with the endpoint and type of its report and the exit code of the process (the values of AWS's Python
 * client).
 */
export class SnapshotHookError extends Error {
  override readonly name = 'SnapshotHookError'
  readonly errorType: 'Runtime.BeforeSnapshotError' | 'Runtime.AfterRestoreError'
  readonly exitCode: number
  readonly thrown: unknown

  constructor(phase: 'before' | 'after', thrown: unknown) {
    super(phase === 'before' ? 'a hook before the snapshot failed' : 'a hook after the restore failed', {
      cause: thrown,
    })
    this.errorType = phase === 'before' ? 'Runtime.BeforeSnapshotError' : 'Runtime.AfterRestoreError'
    this.exitCode = phase === 'before' ? 64 : 65
    this.thrown = thrown
  }
}

/**
 * SnapStart: runs the hooks before the snapshot, waits for the restore, runs the hooks after it.
 *
 * @throws SnapshotHookError
 * @throws RuntimeApiError when the platform refuses `/restore/next`
 */
export async function passSnapshot(api: RuntimeApi, plugin: Plugin, env: PluginEnv): Promise<void> {
  try {
    await plugin.beforeSnapshot?.(env)
  } catch (thrown) {
    throw new SnapshotHookError('before', thrown)
  }
  await api.restoreNext()
  // The connection dates from before the snapshot and is dead.
  api.close()
  try {
    await plugin.afterRestore?.(env)
  } catch (thrown) {
    throw new SnapshotHookError('after', thrown)
  }
}
