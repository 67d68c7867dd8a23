import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import type { Command } from '../../../cli/src/command-line/command.ts'
import { bash, fish } from '../../../cli/src/command-line/completion.ts'
import { helpOf } from '../../../cli/src/command-line/help.ts'
import { parse } from '../../../cli/src/command-line/parse.ts'
import { allCommands } from '../../../cli/src/main.ts'
import { anyhandler, bin } from '../../support/command.ts'
import { folder } from '../../support/folder.ts'

const commands = await allCommands()
const flagged = commands.flatMap((command) =>
  Object.entries(command.flags).map(([flag, rules]) => ({ command, flag, rules, title: `${command.name} --${flag}` })),
)

/** Words of a command line that fit a form of the command. */
function operandsFor({ forms }: Command, form: string): readonly string[] {
  const needed = (forms[form]?.operands ?? []).filter(({ optional }) => optional !== true)
  return [...(form === '' || form.startsWith('--') ? [] : [form]), ...needed.map(({ words }) => words?.[0] ?? '.')]
}

/** A command line on which a flag may stand, without it. */
function around({ command, flag, rules }: (typeof flagged)[number]): readonly string[] {
  const form = rules.forms?.[0] ?? (`--${flag}` in command.forms ? `--${flag}` : Object.keys(command.forms)[0]!)
  const chosen = form.startsWith('--') && form !== `--${flag}` ? [form, valueFor(command, form.slice(2))] : []
  const needed = rules.needs?.slice(0, 1).flatMap((other) => [`--${other}`, valueFor(command, other)]) ?? []
  return [...operandsFor(command, form), ...chosen, ...needed]
}

function valueFor({ flags }: Command, flag: string): string {
  const { words, range } = flags[flag] ?? {}
  return words?.at(-1) ?? (range ? String(Math.ceil(range.least) || range.most) : 'a=b')
}

/** As a hasty hand types it: a letter is missing. */
function mistyped(word: string): string {
  return `${word.slice(0, -2)}${word.slice(-1)}`
}

describe('each command', () => {
  it.each(commands)('$name is meant by its name with a slip', async ({ name }) => {
    const { stderr, exitCode } = await anyhandler([mistyped(name)])
    expect(stderr).toContain(`there is no command '${mistyped(name)}'; did you mean ${name}? (see anyhandler --help)`)
    expect(exitCode).toBe(2)
  })

  it.each(commands)('$name says each of its flags once, in lines of 120 characters at most', (command) => {
    const help = helpOf(command)
    const labels = Object.entries(command.flags).map(
      ([flag, { value }]) => `--${flag}${value === undefined ? '' : ` ${value}`}`,
    )
    const counts = labels.map((label) => help.match(new RegExp(`^ +${label}(?: {2}|$)`, 'gm'))?.length)
    expect(counts).toEqual(labels.map(() => 1))
    expect(help.split('\n').filter((line) => line.length > 120)).toEqual([])
  })

  it('is explained by --help and by help', async () => {
    for (const command of commands) {
      expect((await anyhandler([command.name, '--help'])).stdout).toBe(helpOf(command))
      expect((await anyhandler(['help', command.name])).stdout).toBe(helpOf(command))
    }
  })
})

describe('each operand', () => {
  const some = commands.flatMap((command) =>
    Object.entries(command.forms).flatMap(([form, { operands }]) =>
      operands.map((_, index) => ({ command, form, index, title: `${command.name} ${form} ${operands[index]?.name}` })),
    ),
  )

  it.each(some)('$title is not empty', async ({ command, form, index }) => {
    const chosen = form === '' ? [] : form.startsWith('--') ? [form, valueFor(command, form.slice(2))] : [form]
    const { operands } = command.forms[form]!
    const before = operands.slice(0, index).map(({ words }) => words?.[0] ?? '.')
    await expect(parse(command, [...chosen, ...before, ''])).rejects.toThrow(
      new RegExp(`: ${operands[index]?.name} is empty \\(see anyhandler ${command.name} --help\\)$`),
    )
  })
})

describe('each flag', () => {
  it('is found', () => {
    expect(flagged.length).toBeGreaterThan(60)
  })

  it.each(flagged)('$title is read', async (one) => {
    const { command, flag, rules } = one
    const given = rules.value === undefined ? [`--${flag}`] : [`--${flag}`, valueFor(command, flag)]
    const { values } = await parse(command, [...around(one), ...given])
    const value = (values as Readonly<Record<string, unknown>>)[flag]
    const text = rules.multiple ? (value as readonly string[])[0] : value
    expect(text).toEqual(rules.value === undefined ? true : rules.range ? Number(given[1]) : given[1])
  })

  it.each(flagged)('$title is meant by its name with a slip', async (one) => {
    const { command, flag } = one
    const slip = flag.length > 2 ? mistyped(flag) : `${flag}x`
    await expect(parse(command, [...around(one), `--${slip}`])).rejects.toThrow(
      `${command.name} has no flag --${slip}; did you mean --${flag}? (see anyhandler ${command.name} --help)`,
    )
  })

  it.each(flagged.filter(({ rules }) => rules.value))('$title says how a value begins with -', async (one) => {
    const { command, flag } = one
    await expect(parse(command, [...around(one), `--${flag}=3`, `--${flag}`, '-3'])).rejects.toThrow(
      `--${flag} is followed by -3, which looks like a flag; as its value, write --${flag}=-3 (see anyhandler ${command.name} --help)`,
    )
  })

  it.each(flagged.filter(({ rules }) => rules.value && !rules.mayBeEmpty))('$title is not empty', async (one) => {
    const { command, flag } = one
    const given = parse(command, [
      ...around(one),
      ...(`--${flag}` in command.forms ? [] : [`--${flag}=3`]),
      `--${flag}=`,
    ])
    await expect(given).rejects.toThrow(
      new RegExp(`^--${flag} is empty; .+ \\(see anyhandler ${command.name} --help\\)$`),
    )
  })

  it('may be empty where that has a meaning', () => {
    const named = flagged.filter(({ rules }) => rules.mayBeEmpty).map(({ title }) => title)
    expect(named).toEqual(['invoke --data', 'build --exclude', 'doctor --have'])
  })

  it.each(flagged.filter(({ rules }) => rules.words || rules.range))('$title refuses another value', async (one) => {
    const { command, flag, rules } = one
    for (const value of [' ', 'x?', '1e999', ...(rules.range?.whole ? ['200.5'] : [])]) {
      await expect(parse(command, [...around(one), `--${flag}=${value}`])).rejects.toThrow(
        rules.range
          ? `--${flag} ${value} is not ${rules.range.name}`
          : `--${flag} ${value} is not known; there are ${rules.words?.join(', ')}`,
      )
    }
  })

  it.each(flagged.filter(({ rules }) => rules.words))('$title suggests a word for one with a slip', async (one) => {
    const { command, flag, rules } = one
    const word = rules.words?.find((one) => !rules.whyNot?.(mistyped(one))) ?? ''
    await expect(parse(command, [...around(one), `--${flag}`, mistyped(word)])).rejects.toThrow(/, did you mean .+\?;/)
  })

  it.each(flagged.filter(({ rules }) => rules.needs))('$title is refused alone', async (one) => {
    const { command, flag, rules } = one
    const given = rules.value === undefined ? [`--${flag}`] : [`--${flag}`, valueFor(command, flag)]
    await expect(parse(command, [...operandsFor(command, ''), ...given])).rejects.toThrow(`--${flag} goes with --`)
  })

  it.each(
    flagged.filter(({ command, rules }) => rules.forms && rules.forms.length < Object.keys(command.forms).length),
  )('$title is refused where it does not belong', async ({ command, flag, rules }) => {
    for (const form of Object.keys(command.forms).filter((one) => !rules.forms?.includes(one))) {
      const chosen = form.startsWith('--') ? [form, valueFor(command, form.slice(2))] : []
      const given = rules.value === undefined ? [`--${flag}`] : [`--${flag}`, valueFor(command, flag)]
      await expect(parse(command, [...operandsFor(command, form), ...chosen, ...given])).rejects.toThrow(
        form === '' ? `--${flag} needs ${rules.forms?.join(' or ')}` : `${form} has no flag --${flag}`,
      )
    }
  })
})

describe('the completion', () => {
  const script = bash(commands, false)
  const complete = async (lines: readonly (readonly string[])[]): Promise<readonly string[]> => {
    const asked = lines.map((words) => {
      const quoted = words.map((word) => `'${word}'`).join(' ')
      return `COMPREPLY=(); COMP_WORDS=(anyhandler ${quoted}); COMP_CWORD=${words.length}; _anyhandler; echo "\${COMPREPLY[*]}"`
    })
    return (await execa('bash', ['-c', [script, ...asked].join('\n')])).stdout.split('\n')
  }

  it('knows every command, flag and word in bash', async () => {
    const valued = flagged.filter(({ rules }) => rules.words)
    const asked = [
      ...commands.map(({ name }) => ({ line: [name], wanted: name })),
      ...flagged.map(({ command, flag }) => ({ line: [command.name, `--${flag}`], wanted: `--${flag}` })),
      ...valued.map(({ command, flag, rules }) => ({
        line: [command.name, `--${flag}`, ''],
        wanted: rules.words?.join(' ') ?? '',
      })),
    ]
    const answers = await complete(asked.map(({ line }) => line))
    expect(answers.map((answer, index) => answer.split(' ')[0] === asked[index]?.wanted || answer)).toEqual(
      asked.map(({ wanted }) => (wanted.includes(' ') ? wanted : true)),
    )
  })

  it('offers what goes with a form only, and leaves files to the shell', async () => {
    expect(
      await complete([
        ['build', 'layer', '--h'],
        ['build', 'layer', '--out', ''],
        ['help', 'do'],
        ['build', 'layer', '--arch', '='],
        ['build', 'layer', '--arch', '=', 'a'],
      ]),
    ).toEqual(['--help', '', 'doctor', 'x64 arm64', 'arm64'])
  })

  it('knows them in fish', () => {
    const lines = fish(commands).split('\n')
    for (const { command, flag } of flagged)
      expect(lines.filter((line) => line.includes(`_from ${command.name}' -l ${flag} `))).toHaveLength(1)
  })
})

describe('what a command loads', () => {
  /** Lists the modules that a command has loaded by its end. */
  const listing = `data:text/javascript,${encodeURIComponent(
    `import { registerHooks } from 'node:module'
    import { writeSync } from 'node:fs'
    registerHooks({ load(url, context, next) { writeSync(3, url + '\\n'); return next(url, context) } })`,
  )}`

  it.each([
    ['invoke', ['invoke', 'hello', '--event', '{}'], ['flags/shared']],
    ['run', ['run'], []],
  ])('%s loads its own flags, and neither help nor refusals nor completion', async (name, args, others) => {
    const { stdio } = await execa(process.execPath, ['--import', listing, bin, ...args], {
      cwd: folder({ 'hello.sh': 'echo hi\n' }),
      reject: false,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    })
    const own = String(stdio[3])
      .split('\n')
      .flatMap((url) => /\/cli\/dist\/((?:flags|commands|command-line)\/.*)\.js$/.exec(url)?.[1] ?? [])
    expect(own.toSorted()).toEqual([`command-line/parse`, `commands/${name}`, `flags/${name}`, ...others].toSorted())
  })
})
