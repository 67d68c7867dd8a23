/**
 * `@anyhandler/core`: the API for plugins. Lanes are at `/child` and `/thread`, so that a language loads only its own
 * kind.
 */
export type * from './contract.ts'
export { answer } from './answer.ts'
export type { Answer, AnswerInit, HttpHead } from './answer.ts'
export { checkOptions } from './check-options.ts'
export type { OptionRule, OptionRules } from './check-options.ts'
export type { HostErrorCode } from './error-codes.ts'
export { HandlerError, HostError } from './errors.ts'
export type { HandlerErrorInit, HostErrorInit } from './errors.ts'
export { mayBeHttp } from './front-door.ts'
export { isInside } from './task-root.ts'
export type { Place } from './task-root.ts'
export { LanePool } from './lane/pool.ts'
export type { Lane, Reply, RunOptions, TaskFailure } from './lane/lane.ts'
