import type { Command } from '../command-line/command.ts'
import { configFlag, dirOperand, environmentFlags, frontDoors, timeoutRange } from './shared.ts'

export const dev = {
  name: 'dev',
  summary: 'serves the handlers of a folder on a local port',
  about: [
    "Serves the handlers of a folder on one port: Lambda's Invoke API, a front door for HTTP, and a page that shows each invocation. Each function runs as on Lambda, in its own processes, and is reloaded when one of its files changes.",
  ],
  forms: { '': { operands: [dirOperand] } },
  flags: {
    port: {
      value: 'PORT',
      range: { least: 0, most: 65_535, whole: true, name: 'a whole number from 0 to 65535' },
      usual: 3000,
      help: 'the port; 0 = any free port',
    },
    as: { value: 'KIND', words: frontDoors, usual: 'url', help: 'the front door of HTTP requests' },
    timeout: { value: 'SECONDS', range: timeoutRange, usual: 30, help: 'time limit for an event' },
    ...environmentFlags,
    memory: {
      ...environmentFlags.memory,
      help: 'memory limit: a larger instance is killed; without the flag there is no limit, and the function sees 128',
    },
    'max-instances': {
      value: 'N',
      range: { least: 1, most: 1000, whole: true, name: 'a whole number from 1 to 1000' },
      help: 'limit of simultaneous events of one function; the number of processors when absent',
    },
    config: configFlag,
    record: {
      value: 'DIR',
      help: 'writes each invocation to a file in DIR, with masked secrets, for invoke --replay and test --from',
    },
    json: { help: 'prints one JSON object per line instead of text' },
    host: {
      value: 'ADDRESS',
      help: 'listens on this address instead of 127.0.0.1; needs --allow-remote, and turns the page off',
    },
    'allow-remote': { help: 'allows other machines to reach the functions' },
  },
  more: [
    'HTTP: http://127.0.0.1:3000/NAME/… goes to the handler NAME, which sees the path without /NAME. If the configuration has routes, these decide. The page is at http://127.0.0.1:3000/_anyhandler/',
    'Invoke API: aws lambda invoke --endpoint-url http://127.0.0.1:3000 --function-name NAME out.json',
    '',
    'Exit code: 0 after Ctrl-C; 2 for wrong usage.',
  ],
} as const satisfies Command
