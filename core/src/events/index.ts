/** `@anyhandler/core/events`: what kind of event this is. */
export { kindOf } from './kind-of.ts'
export { isProxyKind, proxyKinds } from './kinds.ts'
export type { EventKind, OtherKind, ProxyKind } from './kinds.ts'
