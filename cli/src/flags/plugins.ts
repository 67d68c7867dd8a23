import type { Command } from '../command-line/command.ts'
import { configFlag, rootFlag } from './shared.ts'

export const plugins = {
  name: 'plugins',
  summary: 'lists the languages and their packages',
  about: [
    'Lists the languages that handlers can be written in, built in and configured.',
    'With --check it tests one plugin, for its author: its package.json, its factory, and the conformance kit with the handlers in conformance.json of DIR (docs/testing.md). Exit code 1 if a check fails.',
  ],
  forms: { '': { operands: [] }, '--check': { operands: [] } },
  flags: {
    root: { ...rootFlag, forms: [''] },
    config: { ...configFlag, forms: [''] },
    routes: {
      forms: [''],
      help: 'lists the rows of routes and sources instead, each with its handler, file and language',
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
