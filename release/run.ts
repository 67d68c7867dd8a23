import { execFile } from 'node:child_process'
import { delimiter, dirname } from 'node:path'
import { promisify } from 'node:util'

/**
 * Runs a program with this very Node in front of the search path, as Node 20 is too old for some of them.
 * @throws Error with what it said
 */
export async function run(command: readonly string[], cwd: string): Promise<string> {
  const [program = '', ...args] = command
  const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}` }
  try {
    return (await promisify(execFile)(program, args, { cwd, env, maxBuffer: 2 ** 26 })).stdout
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${command.join(' ')} failed:\n${stdout}${stderr}`, { cause: error })
  }
}
