import { pythonVersions, runtimes, templateKinds } from '../artifacts/target.ts'
import type { Command } from '../command-line/command.ts'
import { archFlag, runtimeWhyNot } from './deployment.ts'

const dir = {
  name: 'DIR',
  help: 'the folder of the handlers; the working directory when absent',
  optional: true,
} as const

export const build = {
  name: 'build',
  summary: 'builds the layer, the function, an image or a template',
  about: ['Builds the files for AWS Lambda.'],
  formsText: 'layer, function [DIR], image [DIR], or --template KIND',
  forms: {
    layer: {
      operands: [],
      noOperand: 'takes no folder, because it contains no handlers',
      help: 'a zip with the host: bootstrap, Node, the languages. The same command gives the same bytes',
    },
    function: {
      operands: [dir],
      help: 'a zip with the handlers, their configuration, its plugins and the dependencies of package.json',
    },
    image: { operands: [dir], help: 'a Dockerfile with its build folder' },
    '--template': { operands: [dir] },
  },
  flags: {
    template: {
      value: 'KIND',
      words: templateKinds,
      help: 'the infrastructure for a function and its layer',
      note: 'one function for each handler in DIR, or one with the routes and sources of its configuration',
    },
    runtime: {
      forms: ['layer', 'function', '--template'],
      value: 'RUNTIME',
      words: runtimes,
      whyNot: runtimeWhyNot,
      help: '',
      note: "nodejs is AWS's own Node, with a layer of 1 MB; python is AWS's own Python. When absent, python3.13 for a folder with a Python handler, else provided.al2023",
    },
    arch: archFlag,
    languages: {
      forms: ['layer', 'function', 'image'],
      value: 'LIST',
      help: 'a list such as bash,sql: built-in languages, and installed plugin packages',
    },
    exclude: {
      forms: ['function', 'image'],
      value: 'LIST',
      mayBeEmpty: true,
      help: 'comma list of patterns of files to leave out, as in .anyhandlerignore (the syntax of .gitignore)',
    },
    list: { forms: ['function'], help: 'lists the files of the function, largest first, and writes nothing' },
    'no-dependencies': {
      forms: ['function', 'image'],
      help: "does not install the packages in uv.lock, requirements.txt or pyproject.toml; by default uv or pip installs their wheels for Lambda's Python",
    },
    standalone: { forms: ['function'], help: 'puts the host into the function, so that it needs no layer' },
    python: {
      forms: ['image'],
      value: 'VERSION',
      words: pythonVersions,
      help: 'the Python version of the image, from Amazon Linux',
      note: '3.13 when absent',
    },
    node: {
      forms: ['layer', 'function', 'image'],
      value: 'VERSION',
      help: '24.x.y or latest-24: uses this Node from the npm registry instead of the built-in one, and records it in a .lock.json beside the artifact',
    },
    handlers: {
      forms: ['image', '--template'],
      value: 'LIST',
      help: 'comma list of handler names; when absent, the handlers found in DIR',
    },
    'per-route': {
      forms: ['--template'],
      help: 'one function for each handler in routes and sources, instead of one for all',
    },
    out: {
      value: 'FILE',
      help: "the output file or folder; anyhandler-layer.zip, function.zip, anyhandler-image or the template's usual name when absent",
    },
    json: { help: 'prints the result as one JSON object on standard output; sizes in bytes' },
    quiet: { help: 'prints failures only' },
  },
  more: ['Exit code: 0 for success; 1 if the build failed; 2 for wrong usage.'],
} as const satisfies Command
