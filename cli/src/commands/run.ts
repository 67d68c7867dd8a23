import { readEnv, runProcess } from '@anyhandler/core/host'
import { builtIns } from '../built-ins.ts'
import type { Command } from '../command.ts'

const help = `Usage: anyhandler run

The runtime loop: asks the AWS Lambda Runtime API for events and answers them, until the platform ends it. For a
\`bootstrap\` file:

  #!/bin/sh
  exec node "$LAMBDA_TASK_ROOT/node_modules/.bin/anyhandler" run

Environment, as Lambda sets it:
  AWS_LAMBDA_RUNTIME_API   host:port of the Runtime API (required)
  _HANDLER                 the handler's name, as in anyhandler invoke
  LAMBDA_TASK_ROOT         the handlers' folder; the working directory when unset

Exit code: 1 when the handler could not be loaded (it was reported) or the platform said stop.
`

export const run: Command = {
  name: 'run',
  summary: 'the runtime loop, for a bootstrap',
  help,
  options: {},
  operands: [],
  async run() {
    const variables = process.env
    return runProcess({
      env: readEnv(variables),
      builtIns,
      logTo: 1,
      argv: [process.execPath, ...process.execArgv, ...process.argv.slice(1)],
      variables,
    })
  },
}
