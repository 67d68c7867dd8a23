import { resolve } from 'node:path'
import { readEnv, runProcess } from '@anyhandler/core/host'
import { builtIns } from '../built-ins.ts'
import type { Parsed } from '../command-line/command.ts'
import type { run as table } from '../flags/run.ts'

export async function run({ values }: Parsed<typeof table>): Promise<number> {
  const configFile = values.config
  const variables = process.env
  return runProcess({
    env: readEnv(variables),
    builtIns,
    logTo: 1,
    local: values.local === true,
    ...(configFile !== undefined && { configFile: resolve(configFile) }),
    argv: [process.execPath, ...process.execArgv, ...process.argv.slice(1)],
    variables,
  })
}
