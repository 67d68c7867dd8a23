import type { Command } from '../command-line/command.ts'

export const run = {
  name: 'run',
  summary: 'the runtime loop, for a bootstrap file',
  about: [
    'The runtime loop: asks the AWS Lambda Runtime API for events and answers them, until the platform ends it. For a `bootstrap` file:',
    '  #!/bin/sh\n  exec node "$LAMBDA_TASK_ROOT/node_modules/.bin/anyhandler" run',
    'Environment, as Lambda sets it:',
    "  AWS_LAMBDA_RUNTIME_API   host:port of the Runtime API (required)\n  _HANDLER                 the handler's name, as in anyhandler invoke\n  LAMBDA_TASK_ROOT         the handlers' folder; the working directory when unset",
  ],
  forms: { '': { operands: [] } },
  flags: {
    local: { help: 'runs outside of Lambda, as anyhandler dev does: never ends processes of other programs' },
    config: { value: 'FILE', help: "a configuration file to use instead of the one in the handlers' folder" },
  },
  more: [
    'Exit code: 1 if the handler could not be loaded (the error was reported), or if the platform asked the runtime to stop.',
  ],
} as const satisfies Command
