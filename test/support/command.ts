import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

/** The command as users have it: built, in a process of its own. */
export const bin = fileURLToPath(new URL('../../cli/bin/anyhandler.js', import.meta.url))

export interface CommandResult {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number | undefined
}

export interface CommandOptions {
  readonly input?: string | Uint8Array
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Runs `anyhandler ARGS`; never rejects. Without input, standard input is empty as in a cron job. */
export async function anyhandler(
  args: readonly string[],
  { input, cwd, env }: CommandOptions = {},
): Promise<CommandResult> {
  const { stdout, stderr, exitCode } = await execa(process.execPath, [bin, ...args], {
    reject: false,
    stripFinalNewline: false,
    timeout: 170_000,
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    ...(cwd !== undefined && { cwd }),
    // Without a region the command says that it takes one.
    env: { AWS_REGION: 'eu-central-1', ...env },
  })
  return { stdout, stderr: withoutLateEnds(stderr), exitCode }
}

/**
 * What was written to the log, but for drivers that a busy machine has kept from their end for 200 ms. The conformance
 * kit tells of drivers that always end late.
 */
export function withoutLateEnds(stderr: string): string {
  return stderr.replaceAll(/^.*\tWARN\tthe \w+ driver still runs \d+ ms after the end of its control .*\n/gm, '')
}
