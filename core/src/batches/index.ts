/** `@anyhandler/core/batches`: what a poller makes of a list of failures. */
export { judgeFailures } from './judge-failures.ts'
export type { BatchFinding } from './judge-failures.ts'
