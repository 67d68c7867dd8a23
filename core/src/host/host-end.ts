/** Why a host's `run` ended. */
export type HostEnd =
  /** `close()` was called. */
  | { readonly reason: 'closed' }
  /** The platform said stop, or init failed and was reported: exit with this code. */
  | { readonly reason: 'failed'; readonly exitCode: number; readonly message: string }
  /** A thread is stuck in native code: every answer is out, the process must be replaced (`process.execve`). */
  | {
      readonly reason: 'stuck'
      /** The next event is asked for already, on a connection that the next process inherits. */
      readonly asked: boolean
    }
