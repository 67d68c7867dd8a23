import type { Command, Flag } from './command.ts'

/** A script for bash; zsh runs it too, through its own imitation of bash's completion. */
export function bash(commands: readonly Command[], forZsh: boolean): string {
  const names = commands.map(({ name }) => name).join(' ')
  const cases = commands.map((command) => `    ${command.name})\n${caseOf(command)}      ;;\n`).join('')
  return `${forZsh ? 'autoload -Uz compinit bashcompinit && compinit && bashcompinit\n' : ''}_anyhandler() {
  local words='' values='' word=\${COMP_WORDS[COMP_CWORD]} last=\${COMP_WORDS[COMP_CWORD-1]}
  # Bash makes three words of --flag=value.
  [ "$word" = = ] && word=''
  [ "$last" = = ] && last=\${COMP_WORDS[COMP_CWORD-2]}
  if [ "$COMP_CWORD" -eq 1 ]; then
    words='${names} help --help --version'
  else
    case \${COMP_WORDS[1]} in
    help) [ "$COMP_CWORD" -eq 2 ] && words='${names}' ;;
${cases}    esac
  fi
  COMPREPLY=($(compgen -W "\${values:-$words}" -- "$word"))
}
complete -o default -F _anyhandler anyhandler
`
}

/**
 * Words of one command: its own, or those of the form that its second word names. After a flag with a value its values,
 * or file names.
 */
function caseOf({ forms, flags }: Command): string {
  const valued = Object.entries(flags).filter(([, { value }]) => value !== undefined)
  const values = valued
    .filter(([, { words }]) => words)
    .map(([flag, { words = [] }]) => `      --${flag}) values='${words.join(' ')}' ;;\n`)
    .join('')
  const others = valued.filter(([, { words }]) => !words).map(([flag]) => `--${flag}`)
  const named = Object.keys(forms).filter((form) => form !== '' && !form.startsWith('--'))
  const byForm = named
    .map((form) => `      ${form}) words='${flagWords(flags, ({ forms: of }) => of?.includes(form) ?? true)}' ;;\n`)
    .join('')
  const operands = Object.values(forms).flatMap((form) => form.operands.flatMap(({ words = [] }) => words))
  const all = [...named, ...operands, flagWords(flags, () => true)].join(' ')
  return `      words='${all}'
${named.length > 0 ? `      case \${COMP_WORDS[2]} in\n${byForm}      esac\n` : ''}${
    valued.length > 0
      ? `      case $last in\n${values}${others.length > 0 ? `      ${others.join(' | ')}) words='' ;;\n` : ''}      esac\n`
      : ''
  }`
}

function flagWords(flags: Command['flags'], isIn: (flag: Flag) => boolean): string {
  return [
    ...Object.entries(flags)
      .filter(([, flag]) => isIn(flag))
      .map(([flag]) => `--${flag}`),
    '--help',
  ].join(' ')
}

export function fish(commands: readonly Command[]): string {
  const first = commands.map(
    ({ name, summary }) => `complete -c anyhandler -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}\n`,
  )
  const rest = commands.flatMap(({ name, forms, flags }) => {
    const start = `complete -c anyhandler -n '__fish_seen_subcommand_from ${name}'`
    const named = Object.entries(forms).filter(([form]) => form !== '' && !form.startsWith('--'))
    const operands = Object.values(forms).flatMap((form) => form.operands.flatMap(({ words = [] }) => words))
    return [
      ...named.map(([form, { help = '' }]) => `${start} -a ${form} -d ${quoted(help)}\n`),
      ...operands.map((word) => `${start} -f -a ${word}\n`),
      ...Object.entries(flags).map(([flag, { help, value, words }]) => {
        const values = words ? ` -x -a ${quoted(words.join(' '))}` : value === undefined ? '' : ' -r'
        return `${start} -l ${flag}${values} -d ${quoted(help)}\n`
      }),
    ]
  })
  return [...first, 'complete -c anyhandler -n __fish_use_subcommand -f -a help\n', ...rest].join('')
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
