/**
 * `@anyhandler/core/testing`: functions in tests, the conformance kit for plugins, and `@anyhandler/core/runtime-api`.
 */
export * from '../runtime-api-server/index.ts'
export { openFunction } from './open-function.ts'
export type { ClientView, FunctionOptions, OpenFunction, RequestOptions } from './open-function.ts'
export { LocalFunction } from './local-function.ts'
export type { LocalFunctionOptions } from './local-function.ts'
export { conformance } from './conformance.ts'
export type { ConformanceOptions, ConformanceTest } from './conformance.ts'
export type { CaseKey } from './conformance/case-names.ts'
export { ConformanceError } from './conformance/conformance-error.ts'
export { asJson } from './conformance/handlers.ts'
export type { CannotDo, CaseHandler, ConformanceHandlers } from './conformance/handlers.ts'
