import { UsageError } from '../command.ts'
import type { Command } from '../command.ts'

const shells = ['bash', 'zsh', 'fish'] as const

const help = `Usage: anyhandler completion bash | zsh | fish

Prints a script that makes the shell complete commands, topics and flags:

  bash   source <(anyhandler completion bash)
  zsh    source <(anyhandler completion zsh)
  fish   anyhandler completion fish | source
`

/** @param commands all of them, this one too: the script is made from what they say of themselves */
export function completionOf(commands: Readonly<Record<string, () => Promise<Command>>>): Command {
  return {
    name: 'completion',
    summary: 'a script for the completion of the shell',
    help,
    options: {},
    operands: ['SHELL'],
    async run(_values, [shell = '']) {
      if (!shells.some((known) => known === shell))
        throw new UsageError(`completion knows ${shells.join(', ')}, not '${shell}' (see anyhandler completion --help)`)
      const words = await Promise.all(
        Object.entries(commands).map(async ([name, load]) => {
          const { options, topics = [] } = name === 'completion' ? { options: {}, topics: shells } : await load()
          return [name, [...topics, ...Object.keys(options).map((flag) => `--${flag}`), '--help']] as const
        }),
      )
      process.stdout.write(shell === 'fish' ? fish(words) : bash(words, shell === 'zsh'))
      return 0
    },
  }
}

type Words = readonly (readonly [string, readonly string[]])[]

/** zsh runs it too, through its own imitation of bash's completion. */
function bash(words: Words, isZsh: boolean): string {
  const cases = words.map(([name, list]) => `    ${name}) words='${list.join(' ')}' ;;\n`).join('')
  return `${isZsh ? 'autoload -Uz compinit bashcompinit && compinit && bashcompinit\n' : ''}_anyhandler() {
  local words='${words.map(([name]) => name).join(' ')} help --help --version'
  if [ "$COMP_CWORD" -gt 1 ]; then
    case \${COMP_WORDS[1]} in
${cases}    *) words='' ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _anyhandler anyhandler
`
}

function fish(words: Words): string {
  const names = words.map(([name]) => name).join(' ')
  const first = `complete -c anyhandler -n __fish_use_subcommand -a '${names} help'\n`
  return (
    first +
    words
      .map(([name, list]) => `complete -c anyhandler -n '__fish_seen_subcommand_from ${name}' -a '${list.join(' ')}'\n`)
      .join('')
  )
}
