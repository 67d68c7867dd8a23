/** `anyhandler/local`: the languages of the command, and the environment in which it runs a function. */
export { builtIns } from './built-ins.ts'
export { localEnvironment } from './local-environment.ts'
export type { LocalEnvironment, LocalSettings } from './local-environment.ts'
