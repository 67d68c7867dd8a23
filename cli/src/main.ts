import { HostError, version } from '@anyhandler/core/host'
import type { Command, Parsed } from './command-line/command.ts'
import { parse } from './command-line/parse.ts'
import { UsageError } from './usage-error.ts'

interface Entry {
  /** The commands and their flags. */
  flags(): Promise<Command>
  work(): Promise<(parsed: Parsed) => Promise<number>>
}

/** The compiler checks that the work gets the values of these flags. */
function entry<Of extends Command>(
  flags: () => Promise<Of>,
  work: () => Promise<(parsed: Parsed<Of>) => Promise<number>>,
): Entry {
  return { flags, work: work as Entry['work'] }
}

/** Loaded one by one: the runtime loop starts without the code of the local commands. */
const entries: Readonly<Record<string, Entry>> = {
  invoke: entry(
    async () => (await import('./flags/invoke.ts')).invoke,
    async () => (await import('./commands/invoke.ts')).invoke,
  ),
  dev: entry(
    async () => (await import('./flags/dev.ts')).dev,
    async () => (await import('./commands/dev.ts')).dev,
  ),
  test: entry(
    async () => (await import('./flags/test.ts')).test,
    async () => (await import('./commands/test.ts')).test,
  ),
  event: entry(
    async () => (await import('./flags/event.ts')).event,
    async () => (await import('./commands/event.ts')).event,
  ),
  run: entry(
    async () => (await import('./flags/run.ts')).run,
    async () => (await import('./commands/run.ts')).run,
  ),
  plugins: entry(
    async () => (await import('./flags/plugins.ts')).plugins,
    async () => (await import('./commands/plugins.ts')).plugins,
  ),
  build: entry(
    async () => (await import('./flags/build.ts')).build,
    async () => (await import('./commands/build.ts')).build,
  ),
  doctor: entry(
    async () => (await import('./flags/doctor.ts')).doctor,
    async () => (await import('./commands/doctor.ts')).doctor,
  ),
  completion: entry(
    async () => (await import('./flags/completion.ts')).completion,
    async () => {
      const { completion } = await import('./commands/completion.ts')
      return async (parsed) => completion(parsed, await allCommands())
    },
  ),
}

/** The flags of all commands. */
export function allCommands(): Promise<readonly Command[]> {
  return Promise.all(Object.values(entries).map(({ flags }) => flags()))
}

/**
 * Runs a command line, without the program's name, and sets the exit code: 0, 1 = the function failed, 2 = wrong usage.
 */
export async function main(args: readonly string[]): Promise<void> {
  const [name, ...rest] = args
  try {
    process.exitCode = await dispatch(name, rest)
  } catch (error) {
    if (!(error instanceof UsageError) && !HostError.is(error)) throw error
    process.stderr.write(`anyhandler: ${error.message}\n`)
    process.exitCode = 2
  }
}

async function dispatch(name: string | undefined, args: readonly string[]): Promise<number> {
  if (name === 'help' && args.length > 0) return explain(args)
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const { overviewOf } = await import('./command-line/help.ts')
    process.stdout.write(overviewOf(await allCommands()))
    return name === undefined ? 2 : 0
  }
  if (name === '--version') {
    process.stdout.write(`${version}\n`)
    return 0
  }
  const command = await entryOf(name)
  if (args.includes('--help') || args.includes('-h')) return explain([name])
  // The command's code is loaded at the same time as its flags.
  const [flags, work] = await Promise.all([command.flags(), command.work()])
  return work(await parse(flags, args))
}

async function entryOf(name: string): Promise<Entry> {
  const found = Object.hasOwn(entries, name) ? entries[name] : undefined
  if (found) return found
  throw (await import('./command-line/refusals.ts')).noCommand(name, Object.keys(entries))
}

/** `anyhandler help build layer`: what `anyhandler build --help` says. */
async function explain([name = '', topic, ...rest]: readonly string[]): Promise<number> {
  const command = await (await entryOf(name)).flags()
  const extra = rest[0] ?? (topic !== undefined && !Object.hasOwn(command.forms, topic) ? topic : undefined)
  if (extra !== undefined) throw (await import('./command-line/refusals.ts')).noTopic(command, extra)
  process.stdout.write((await import('./command-line/help.ts')).helpOf(command))
  return 0
}
