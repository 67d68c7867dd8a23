import type { Command } from '../command-line/command.ts'
import { configFlag, dirOperand, environmentFlags, frontDoors, timeoutRange } from './shared.ts'

export const dev = {
  name: 'dev',
  summary: 'serves the handlers of a folder on one port, here',
  about: [
    "Serves the handlers of a folder on one port: Lambda's Invoke API, a front door for HTTP, and a page that shows what happens. Each function runs as on Lambda, in processes of its own, and is reloaded when one of its files changes.",
  ],
  forms: { '': { operands: [dirOperand] } },
  flags: {
    port: {
      value: 'PORT',
      range: { least: 0, most: 65_535, whole: true, name: 'a whole number from 0 to 65535' },
      usual: 3000,
      help: '0 = a free one',
    },
    as: { value: 'KIND', words: frontDoors, usual: 'url', help: 'the front door of HTTP requests' },
    timeout: { value: 'SECONDS', range: timeoutRange, usual: 30, help: 'for an event' },
    ...environmentFlags,
    memory: {
      ...environmentFlags.memory,
      help: 'over which an instance is killed; without it nothing is limited, and the function is told 128',
    },
    'max-instances': {
      value: 'N',
      range: { least: 1, most: 1000, whole: true, name: 'a whole number from 1 to 1000' },
      help: 'events of one function that are served at once; as many as there are processors when absent',
    },
    config: configFlag,
    record: {
      value: 'DIR',
      help: 'writes each invocation to a file there, its secrets masked, for invoke --replay and test --from',
    },
    json: { help: 'one JSON object a line in place of text' },
    host: {
      value: 'ADDRESS',
      help: 'another address than 127.0.0.1; needs --allow-remote, and turns the page off',
    },
    'allow-remote': { help: 'others may reach the functions' },
  },
  more: [
    'HTTP: http://127.0.0.1:3000/NAME/… goes to the handler NAME, which sees the path without /NAME. With routes in the configuration they decide. The page is at http://127.0.0.1:3000/_anyhandler/',
    'Invoke API: aws lambda invoke --endpoint-url http://127.0.0.1:3000 --function-name NAME out.json',
    '',
    'Exit code: 0 after Ctrl-C; 2 for wrong usage.',
  ],
} as const satisfies Command
