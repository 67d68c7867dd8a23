import type { Awaitable, HandlerRef, Invocation, Plugin, PluginEnv } from './contract.ts'
import type { TaskFailure } from './lane/lane.ts'

export interface DriverCommand {
  /** Program: looked up on the PATH of `variables`, or an absolute path. */
  readonly file: string
  readonly args: readonly string[]
  /** The environment; `env.variables` when absent. */
  readonly variables?: Readonly<Record<string, string>>
  /** How to get the program if it is missing: the end of the sentence "python3 was not found on PATH; …". */
  readonly cure?: string
}

/** What a child language says about itself; everything else is the same for all of them. */
export interface ChildLanguage {
  readonly name: string
  readonly extensions: readonly string[]
  /** Asked once, in `setup`. Throw a `HostError` when the interpreter can't be used. */
  command(env: PluginEnv): Awaitable<DriverCommand>
  /**
   * What the driver's named outputs are: `log` lines of the handler, or the `result`'s bytes. With more than one result, the first name in
   * this object that yielded a byte is the answer and the others are log. Without any, the answer is the `done` frame's payload.
   */
  readonly outputs: Readonly<Record<string, 'log' | 'result'>>
  /** Further `key=value` pairs of the `context` frame. */
  context?(invocation: Invocation): Readonly<Record<string, string>>
  /** Further `key=value` pairs of the `load` frame. */
  load?(handler: HandlerRef, env: PluginEnv): Readonly<Record<string, string>>
  /** Content type of an answer that has no `head`; `application/json` when absent. */
  readonly contentType?: string
  /** Completes a failure before it is sent; gets the last lines (at most 20) of the outputs that are log. */
  failure?(failure: TaskFailure, tail: readonly string[]): TaskFailure
}

/** A plugin for a language whose driver speaks the frame protocol. */
export declare function childPlugin(language: ChildLanguage): Plugin
