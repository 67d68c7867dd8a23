import { taskFolder } from '../../support/task-folder.ts'

/**
 * A task root whose handler `hello` is served by a plugin of the root's own, for processes that have to run it.
 * @param members of the plugin's object, in JavaScript: `invoke: ({ event }) => event`
 */
export function pluginFolder(members: string, files: Readonly<Record<string, string>> = {}): string {
  return taskFolder({
    'anyhandler.config.json': '{"plugins":{"script":{"package":"./plugin.mjs","extensions":[".script"]}}}',
    'hello.script': '',
    'plugin.mjs': `export default () => ({ name: 'script', extensions: ['.script'], setup() {}, cleanup() {}, ${members} })\n`,
    ...files,
  })
}
