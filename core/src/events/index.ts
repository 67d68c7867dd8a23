/** `@anyhandler/core/events`: finds the kind of an event. */
export { kindOf } from './kind-of.ts'
export { isProxyKind, proxyKinds } from './kinds.ts'
export type { EventKind, OtherKind, ProxyKind } from './kinds.ts'
