import { taskFolder } from '../../support/task-folder.ts'

const config = '{"plugins":{"perl":{"package":"anyhandler-plugin-perl","extensions":[".pl"]}}}'

/**
 * A task root with Perl handlers, the language of examples/custom-plugin: `{ hello: 'return "x"' }` makes `hello.pl`
 * with that body of a handler.
 */
export function perlFolder(
  handlers: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>> = {},
): string {
  const scripts = Object.entries(handlers).map(([name, body]) => [
    `${name}.pl`,
    `use strict; use warnings;\nsub handler {\nmy ($event, $context) = @_;\n${body}\n}\n1;\n`,
  ])
  return taskFolder({ 'anyhandler.config.json': config, ...Object.fromEntries(scripts), ...files })
}
