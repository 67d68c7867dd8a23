import type { Command } from '../command-line/command.ts'
import { configFlag, rootFlag } from './shared.ts'

export const plugins = {
  name: 'plugins',
  summary: 'the languages, and where each comes from',
  about: [
    'Lists the languages that handlers can be written in, built in and configured.',
    "With --check it looks at one plugin, for its author: what its package.json says, what its factory makes, and the cases of the conformance kit with the handlers that conformance.json in DIR names (docs/testing.md). Exit code 1 when something doesn't hold.",
  ],
  forms: { '': { operands: [] }, '--check': { operands: [] } },
  flags: {
    root: { ...rootFlag, forms: [''] },
    config: { ...configFlag, forms: [''] },
    routes: {
      forms: [''],
      help: 'what leads where instead: each row of routes and sources, with its handler, file and language',
    },
    json: { forms: [''], help: '[{"language","extensions","package","version","from"}] on standard output' },
    check: { value: 'PACKAGE', help: 'a folder with a package.json, or an installed package' },
    handlers: {
      forms: ['--check'],
      value: 'DIR',
      help: 'the folder of its handlers; test/handlers in the package when absent',
    },
  },
} as const satisfies Command
