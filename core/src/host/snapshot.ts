import type { Plugin, PluginEnv } from '../contract.ts'
import type { RuntimeApi } from '../runtime-api.ts'

/** A hook that failed: where it is reported, as what, and with which code the process then ends (those of AWS's Python client). */
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
 * SnapStart: the hooks before the snapshot, the wait over it, the hooks after it.
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
  // The connection was made in another life.
  api.close()
  try {
    await plugin.afterRestore?.(env)
  } catch (thrown) {
    throw new SnapshotHookError('after', thrown)
  }
}
