/** `@anyhandler/core`: what a plugin needs. Lanes are at `/child` and `/thread`, so that a language loads only its own kind. */
export type * from './contract.ts'
export { answer } from './answer.ts'
export type { Answer, AnswerInit, HttpHead } from './answer.ts'
export { HandlerError, HostError } from './errors.ts'
export type { HandlerErrorInit } from './errors.ts'
export { LanePool } from './lane/pool.ts'
export type { Lane, Reply, RunOptions, TaskFailure } from './lane/lane.ts'
