import type { Command, Parsed } from '../command-line/command.ts'
import { bash, fish } from '../command-line/completion.ts'
import type { completion as table } from '../flags/completion.ts'

/** @param commands all commands, including this one: the script is generated from their tables */
export function completion({ operands: [shell] }: Parsed<typeof table>, commands: readonly Command[]): Promise<number> {
  process.stdout.write(shell === 'fish' ? fish(commands) : bash(commands, shell === 'zsh'))
  return Promise.resolve(0)
}
