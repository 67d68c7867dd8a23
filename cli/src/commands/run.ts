import { resolve } from 'node:path'
import { readEnv, runProcess } from '@anyhandler/core/host'
import { builtIns } from '../built-ins.ts'
import { textOf } from '../command.ts'
import type { Command } from '../command.ts'

const help = `Usage: anyhandler run [--local] [--config FILE]

The runtime loop: asks the AWS Lambda Runtime API for events and answers them, until the platform ends it. For a
\`bootstrap\` file:

  #!/bin/sh
  exec node "$LAMBDA_TASK_ROOT/node_modules/.bin/anyhandler" run

Environment, as Lambda sets it:
  AWS_LAMBDA_RUNTIME_API   host:port of the Runtime API (required)
  _HANDLER                 the handler's name, as in anyhandler invoke
  LAMBDA_TASK_ROOT         the handlers' folder; the working directory when unset

  --local          outside Lambda, as anyhandler dev starts it: processes of others are left alone
  --config FILE    a configuration file in place of the one in the handlers' folder

Exit code: 1 when the handler could not be loaded (it was reported) or the platform said stop.
`

export const run: Command = {
  name: 'run',
  summary: 'the runtime loop, for a bootstrap',
  help,
  options: { local: { type: 'boolean' }, config: { type: 'string' } },
  operands: [],
  async run(values) {
    const configFile = textOf(values, 'config')
    const variables = process.env
    return runProcess({
      env: readEnv(variables),
      builtIns,
      logTo: 1,
      local: values['local'] === true,
      ...(configFile !== undefined && { configFile: resolve(configFile) }),
      argv: [process.execPath, ...process.execArgv, ...process.argv.slice(1)],
      variables,
    })
  },
}
