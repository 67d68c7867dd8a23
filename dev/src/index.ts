/** `@anyhandler/dev`: the local platform behind `anyhandler dev`. */
export { startDev } from './start-dev.ts'
export type { Dev } from './start-dev.ts'
export type { DevOptions, Reload } from './options.ts'
export { Terminal } from './terminal/terminal.ts'
export type { Invocation } from './records/invocation.ts'
export type { Body, InvocationRecord, LogLine, Summary } from './records/record.ts'
export type { Listener, Store } from './records/store.ts'
