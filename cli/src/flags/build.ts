import { pythonVersions, runtimes, templateKinds } from '../artifacts/target.ts'
import type { Command } from '../command-line/command.ts'
import { archFlag, runtimeWhyNot } from './deployment.ts'

const dir = { name: 'DIR', help: 'the folder of the handlers' } as const

export const build = {
  name: 'build',
  summary: 'makes the layer, the function, an image, a template',
  about: ['Makes what is deployed to AWS Lambda.'],
  formsText: 'layer, function DIR, image DIR, or --template KIND',
  forms: {
    layer: {
      operands: [],
      noOperand: 'takes no folder: it holds no handlers',
      help: 'a zip with the host: bootstrap, Node, the languages. The same command gives the same bytes',
    },
    function: {
      operands: [dir],
      help: 'a zip with the handlers, their configuration, the plugins that it names and the dependencies of package.json',
    },
    image: { operands: [dir], help: 'a Dockerfile, and the folder that it is built from' },
    '--template': { operands: [{ ...dir, optional: true }] },
  },
  flags: {
    template: {
      value: 'KIND',
      words: templateKinds,
      help: 'the infrastructure for a function and its layer',
      note: 'DIR: the working directory when absent; one function for each handler in it, or one with the routes and sources of its configuration',
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
      help: 'bash,sql,python (when absent), or some of them, and packages of plugins that are installed here',
    },
    exclude: {
      forms: ['function', 'image'],
      value: 'LIST',
      help: 'patterns of what is left out, as in .anyhandlerignore (the syntax of .gitignore), with commas',
    },
    list: { forms: ['function'], help: 'shows what would go into the function, largest first, and writes nothing' },
    'no-dependencies': {
      forms: ['function', 'image'],
      help: "leaves alone what uv.lock, requirements.txt or pyproject.toml names; else its wheels for Lambda's Python are installed by uv, or by pip",
    },
    standalone: { forms: ['function'], help: 'puts the host into the function: no layer is needed' },
    python: {
      forms: ['image'],
      value: 'VERSION',
      words: pythonVersions,
      help: 'of the image, from Amazon Linux',
      note: '3.13 when absent',
    },
    node: {
      forms: ['layer', 'function', 'image'],
      value: 'VERSION',
      help: "24.x.y or latest-24: another Node than this command's own, from the npm registry. What it is stands in a .lock.json beside the artifact",
    },
    handlers: {
      forms: ['image', '--template'],
      value: 'LIST',
      help: 'handler names, with commas; else those that are found in DIR',
    },
    'per-route': {
      forms: ['--template'],
      help: 'one function for each handler of the routes and sources in place of one for all',
    },
    out: {
      value: 'FILE',
      help: "where to: anyhandler-layer.zip, function.zip, anyhandler-image or the template's usual name when absent",
    },
    json: { help: 'what was made, as one JSON object on standard output; sizes in bytes' },
    quiet: { help: 'says nothing but failures' },
  },
  more: ["Exit code: 0; 1 when it can't be built; 2 for wrong usage."],
} as const satisfies Command
