import type { Command } from '../command-line/command.ts'
import { configFlag, environmentFlags, frontDoors, rootFlag, timeoutRange } from './shared.ts'

export const invoke = {
  name: 'invoke',
  summary: 'runs a handler once, locally',
  about: [
    'Runs a handler once, locally, without AWS or Docker. It uses the same host as on Lambda, with a Runtime API in this process.',
  ],
  forms: {
    '': {
      operands: [
        {
          name: 'HANDLER',
          optional: true,
          help: "the handler's name, as in _HANDLER: hello (hello.sh, hello.sql, hello.py), app.handler (a function in a file), reports/monthly.sql, sql:hello",
        },
      ],
    },
  },
  sections: {
    event: { title: 'The event, one of:', usage: '[EVENT FLAGS]', refusal: 'one event is enough' },
  },
  flags: {
    root: rootFlag,
    config: configFlag,
    timeout: {
      value: 'SECONDS',
      range: timeoutRange,
      usual: 30,
      help: 'time limit for loading the handler, and again for the event',
    },
    json: {
      help: '{"outcome","failed","errorType","contentType","streamed","body","log","durationMs"} instead of the response and the log; "bodyBase64" for a body that is no text',
    },
    ...environmentFlags,
    event: { section: 'event', value: 'JSON', help: 'the event; when absent, standard input, else {}' },
    'event-file': { section: 'event', value: 'FILE', help: 'a file with the event' },
    example: { section: 'event', value: 'NAME', help: 'a sample event (anyhandler event lists them)' },
    replay: {
      section: 'event',
      value: 'FILE',
      help: 'the event of a record (anyhandler dev --record); HANDLER is then optional',
    },
    http: {
      section: 'event',
      value: 'REQUEST',
      help: "an HTTP request such as 'POST /links?x=1', through a front door; prints the client's response, as curl -i does",
    },
    header: { section: 'event', needs: ['http'], value: 'HEADER', multiple: true, help: "'Content-Type: text/plain'" },
    data: {
      section: 'event',
      needs: ['http'],
      value: 'DATA',
      mayBeEmpty: true,
      help: 'the body: text, @FILE, or @- for standard input',
    },
    as: { section: 'event', needs: ['http'], value: 'KIND', words: frontDoors, usual: 'http', help: 'the front door' },
    raw: {
      section: 'event',
      needs: ['http', 'replay'],
      help: "prints the function's own bytes instead of the client's response",
    },
    set: {
      section: 'event',
      needs: ['example', 'http'],
      value: 'PATH=VALUE',
      multiple: true,
      help: 'changes an example or a request: --set pathParameters.slug=way',
    },
  },
  more: [
    'The response goes to standard output unchanged, the log to standard error.',
    "Exit code: 0 for success; 1 if the function failed (its error JSON is on standard output) or the client gets the front door's own error; 2 for wrong usage.",
  ],
} as const satisfies Command
