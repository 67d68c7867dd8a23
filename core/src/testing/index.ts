/** `@anyhandler/core/testing`: the conformance kit for plugins, and `@anyhandler/core/runtime-api` for their own tests. */
export * from '../runtime-api-server/index.ts'
export { conformance } from './conformance.ts'
export type { ConformanceOptions, ConformanceTest } from './conformance.ts'
export type { CaseKey } from './conformance/case-names.ts'
export { ConformanceError } from './conformance/conformance-error.ts'
export { asJson } from './conformance/handlers.ts'
export type { CannotDo, CaseHandler, ConformanceHandlers } from './conformance/handlers.ts'
