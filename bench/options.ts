import { parseArgs } from 'node:util'
import type { FurtherPeer } from './groups.ts'

export const parts = [
  'ceiling',
  'warm',
  'spaced',
  'cold',
  'small',
  'sizes',
  'concurrency',
  'memory',
  'database',
] as const
export type Part = (typeof parts)[number]

export interface Options {
  readonly parts: readonly Part[]
  /** Names of groups; none = all. */
  readonly groups: readonly string[]
  readonly further: readonly FurtherPeer[]
  /** Multiplies the number of rounds. */
  readonly effort: number
  /** So many times everything, one after the other. */
  readonly runs: number
}

export const help = `Usage: npm run bench -- [--part ${parts.join('|')}]... [--group NAME]... [--peer GROUP=COMMAND]... [--effort N] [--runs N]

  --part     only these parts of the table
  --group    only these kinds of handlers: sql, 'bash script', 'bash function', python, javascript, 'javascript plugin'
  --peer     a further runtime in a group: a command that is started as Lambda starts a bootstrap, with the group's
             handlers in LAMBDA_TASK_ROOT
  --effort   2 = twice as many rounds
  --runs     5 = all of it five times; a ratio is the median of the five, with the least and the greatest behind it

Only a run of everything writes bench/results.md.
`

/** @throws Error with a sentence for the user */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      part: { type: 'string', multiple: true, default: [] },
      group: { type: 'string', multiple: true, default: [] },
      peer: { type: 'string', multiple: true, default: [] },
      effort: { type: 'string', default: '1' },
      runs: { type: 'string', default: '1' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return undefined
  const unknown = values.part.find((part) => !(parts as readonly string[]).includes(part))
  if (unknown !== undefined) throw new Error(`--part ${unknown}: there are ${parts.join(', ')}`)
  const effort = Number(values.effort)
  if (!(effort > 0)) throw new Error(`--effort ${values.effort}: a number above 0 is needed`)
  const runs = Number(values.runs)
  if (!(runs >= 1 && Number.isInteger(runs))) throw new Error(`--runs ${values.runs}: a whole number above 0 is needed`)
  return {
    parts: values.part.length > 0 ? (values.part as Part[]) : parts,
    groups: values.group,
    further: values.peer.map(readPeer),
    effort,
    runs,
  }
}

function readPeer(text: string): FurtherPeer {
  const { group, command } = /^(?<group>[^=]+)=(?<command>.+)$/.exec(text)?.groups ?? {}
  if (group === undefined || command === undefined)
    throw new Error(`--peer ${text}: it must be GROUP=COMMAND, such as sql=/path/to/bootstrap`)
  return { group, command }
}
