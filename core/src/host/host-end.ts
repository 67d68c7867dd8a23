/** Why a host's `run` ended. */
export type HostEnd =
  /** `close()` was called. */
  | { readonly reason: 'closed' }
  /** The platform asked the runtime to stop, or init failed and was reported: exit with this code. */
  | { readonly reason: 'failed'; readonly exitCode: number; readonly message: string }
  /** A thread is stuck in native code: every answer is sent, and the process must be replaced (`process.execve`). */
  | {
      readonly reason: 'stuck'
      /** True if `/next` is already called, on a connection that the next process inherits. */
      readonly asked: boolean
    }
