import { parseShell } from '../../doctor/shell-parser.ts'

/** Lines of a command, counted from 1. */
export interface BashCommand {
  readonly first: number
  readonly last: number
}

/** The commands for which `set -x` prints a line. Functions and loops count by the commands in their body. */
const traced = ['command', 'declaration_command', 'unset_command', 'test_command', 'variable_assignment']

/** The commands of a script, by the grammar of bash. */
export async function bashCommands(text: string): Promise<readonly BashCommand[]> {
  const tree = await parseShell(text)
  return (tree?.rootNode.descendantsOfType(traced) ?? [])
    .filter((node) => node !== null)
    .filter(({ type, parent }) => type !== 'variable_assignment' || !traced.includes(parent?.type ?? ''))
    .map(({ startPosition, endPosition }) => ({ first: startPosition.row + 1, last: endPosition.row + 1 }))
}
