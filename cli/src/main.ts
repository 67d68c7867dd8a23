import { parseArgs } from 'node:util'
import { closestName, HostError, version } from '@anyhandler/core/host'
import { UsageError } from './command.ts'
import type { Command, Values } from './command.ts'

/** Loaded one by one: the runtime loop starts without what the local commands need. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  invoke: async () => (await import('./commands/invoke.ts')).invoke,
  dev: async () => (await import('./commands/dev.ts')).dev,
  test: async () => (await import('./commands/test.ts')).test,
  event: async () => (await import('./commands/event.ts')).event,
  run: async () => (await import('./commands/run.ts')).run,
  plugins: async () => (await import('./commands/plugins.ts')).plugins,
  build: async () => (await import('./commands/build.ts')).build,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
  completion: async () => (await import('./commands/completion.ts')).completionOf(commands),
}

/** Runs a command line, without the program's name, and sets the exit code: 0, 1 = the function failed, 2 = wrong usage. */
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
    process.stdout.write(await overview())
    return name === undefined ? 2 : 0
  }
  if (name === '--version') {
    process.stdout.write(`${version}\n`)
    return 0
  }
  const command = await loadCommand(name)
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(command.help)
    return 0
  }
  const { values, positionals } = parse(command, args)
  return command.run(values, positionals)
}

async function loadCommand(name: string): Promise<Command> {
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (load) return load()
  throw new UsageError(
    `there is no command '${name}'${didYouMean(name, Object.keys(commands))} (see anyhandler --help)`,
  )
}

/** `anyhandler help build layer`: what `anyhandler build --help` says. */
async function explain([name = '', topic, ...rest]: readonly string[]): Promise<number> {
  const { help, topics = [] } = await loadCommand(name)
  const extra = rest[0] ?? (topic !== undefined && !topics.includes(topic) ? topic : undefined)
  if (extra !== undefined) throw new UsageError(`help ${name} knows no '${extra}' (see anyhandler ${name} --help)`)
  process.stdout.write(help)
  return 0
}

function parse(command: Command, args: readonly string[]): { values: Values; positionals: string[] } {
  const { name, options, operands } = command
  let parsed: ReturnType<typeof parseArgs>
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
      const { tokens } = parseArgs({ args: [...args], options, allowPositionals: true, strict: false, tokens: true })
      const known = Object.keys(options).map((option) => `--${option}`)
      const flags = tokens.flatMap((token) => (token.kind === 'option' ? token.rawName : []))
      const flag = flags.find((name) => !known.includes(name)) ?? ''
      throw new UsageError(`${name} has no flag ${flag}${didYouMean(flag, known)} (see anyhandler ${name} --help)`)
    }
    throw new UsageError(`${name}: ${message.split('. ')[0]} (see anyhandler ${name} --help)`)
  }
  const { positionals } = parsed
  const missing = operands[positionals.length]
  if (missing && !missing.startsWith('['))
    throw new UsageError(`${name} needs ${missing} (see anyhandler ${name} --help)`)
  if (positionals.length > operands.length && !operands.at(-1)?.endsWith('...')) {
    throw new UsageError(
      `${name} takes ${operands.join(' ') || 'no operand'}, not also '${positionals[operands.length]}' (see anyhandler ${name} --help)`,
    )
  }
  return { values: parsed.values as Values, positionals }
}

function didYouMean(name: string, known: readonly string[]): string {
  const closest = closestName(name, known)
  return closest ? `; did you mean ${closest}?` : ''
}

async function overview(): Promise<string> {
  const lines = await Promise.all(
    Object.values(commands).map(async (load) => {
      const { name, summary } = await load()
      return `  ${name.padEnd(12)}${summary}\n`
    }),
  )
  return `anyhandler ${version}: AWS Lambda handlers in any language.

Usage: anyhandler COMMAND [FLAGS]

Commands:
${lines.join('')}
anyhandler COMMAND --help says more about each. Try: anyhandler invoke hello --root examples/hello-sql
`
}
