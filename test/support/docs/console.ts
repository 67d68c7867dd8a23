import type { Fence } from './fences.ts'

/** A command of a `console` block, and what the page shows of its output. */
export interface Step {
  /** As a shell reads it: lines that `\` continues are in it. */
  readonly command: string
  readonly shown: readonly string[]
}

export function stepsOf({ text }: Pick<Fence, 'text'>): readonly Step[] {
  const steps: { command: string; shown: string[] }[] = []
  for (const line of text.trimEnd().split('\n')) {
    const last = steps.at(-1)
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), shown: [] })
    else if (!last) throw new Error(`'${line}' stands before the first command`)
    else if (last.shown.length === 0 && last.command.endsWith('\\')) last.command += `\n${line}`
    else last.shown.push(line)
  }
  return steps
}

/** Matches an output as a page shows it: `…` stands for any text, on a line of its own for any lines; times differ. */
export function outputLike(shown: readonly string[]): RegExp {
  const lines = shown.map((line, index) => {
    if (line.trim() === '…') return '(?:.*\\n)*?'
    const before = index === 0 && line.startsWith('…') ? '(?:.*\\n)*?' : ''
    const pattern = line
      .split('…')
      .map((part) =>
        part
          .trimEnd()
          .replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
          .replace(/\d+(?:\\\.\d+)?(?= m?s\b)/g, String.raw`[\d.]+`)
          .replace(/ {2,}/g, ' +'),
      )
      .join('.*')
    return `${before}${pattern}[^\\S\\n]*${index === shown.length - 1 ? '\\n*' : '\\n'}`
  })
  return new RegExp(`^${lines.join('')}$`)
}
