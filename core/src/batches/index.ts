/** `@anyhandler/core/batches`: how a poller reads a list of failures. */
export { judgeFailures } from './judge-failures.ts'
export type { BatchFinding } from './judge-failures.ts'
