/** `@anyhandler/core/child`: languages that run as a child process. The protocol is in `docs/child-languages.md`. */
export { childPlugin } from './child-plugin.ts'
export type { ChildLanguage, DriverCommand } from './child-language.ts'
