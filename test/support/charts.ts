import type { Measured, Results } from './figures.ts'

export interface Chart {
  /** Path in the repository. */
  readonly file: string
  readonly svg: string
}

/** Bars of one group: us, and those that do the same. */
interface Group {
  readonly title: string
  readonly bars: readonly { readonly name: string; readonly micros: number; readonly label: string }[]
}

interface Panel {
  readonly title: string
  readonly groups: readonly Group[]
}

const languages = ['sql', 'bash script', 'bash function', 'python', 'javascript plugin']
const titles: Readonly<Record<string, string>> = {
  sql: 'SQL',
  'bash script': 'bash, a script',
  'bash function': 'bash, a function',
  python: 'Python',
  'javascript plugin': 'JavaScript plugin',
}

/** The pictures of the benchmark, made of its results. */
export function charts(results: Results): readonly Chart[] {
  const [date = ''] = results.where.split(',')
  const panels = [
    panelOf(results, 'An event right behind the last one', 'warm'),
    panelOf(results, 'An event every 10 ms', 'one event every 10 ms'),
  ].filter(({ groups }) => groups.length > 0)
  return [
    { file: 'docs/pictures/events.svg', svg: drawn('Time of an event, median', panels, date) },
    {
      file: 'docs/pictures/starts.svg',
      svg: drawn('Start of the process to its first answer, median', [panelOf(results, '', 'cold')], date),
    },
  ]
}

function panelOf({ rows }: Results, title: string, part: string): Panel {
  const groups = languages.map((language) => ({
    title: titles[language] ?? language,
    bars: rows.filter(({ what }) => what === `${language}, ${part}`).map(barOf),
  }))
  return { title, groups: groups.filter(({ bars }) => bars.length > 0) }
}

function barOf({ runtime, cells }: Measured): Group['bars'][number] {
  const label = cells['median'] ?? ''
  const { number = '0', unit } = /^(?<number>[\d.]+) (?<unit>µs|ms)/.exec(label)?.groups ?? {}
  return { name: runtime.replaceAll('`', ''), micros: Number(number) * (unit === 'ms' ? 1000 : 1), label }
}

const width = 760
const left = 190
const right = 90
const barHeight = 14
const groupGap = 12
const titleHeight = 26

/** In the colours of the reader's theme, on a ground of its own: a page's theme may be another one. */
const style = `
    svg { --ground: #ffffff; --ink: #1f2328; --faint: #59636e; --own: #0969da; --other: #afb8c1; color-scheme: light dark }
    @media (prefers-color-scheme: dark) {
      svg { --ground: #0d1117; --ink: #e6edf3; --faint: #9198a1; --own: #4493f8; --other: #484f58 }
    }
    .ground { fill: var(--ground) } .own { fill: var(--own) } .other { fill: var(--other) }
    text { font: 12px system-ui, sans-serif; fill: var(--ink) }
    .title { font-weight: 600; font-size: 15px } .panel, .group { font-weight: 600 } .faint { fill: var(--faint) }
  `

function drawn(title: string, panels: readonly Panel[], date: string): string {
  const parts: string[] = []
  let y = 30
  const most = Math.max(
    ...panels.flatMap(({ groups }) => groups.flatMap(({ bars }) => bars.map(({ micros }) => micros))),
  )
  for (const panel of panels) {
    if (panel.title !== '') parts.push(text(16, (y += titleHeight) - 8, panel.title, 'panel'))
    for (const { title: group, bars } of panel.groups) {
      y += groupGap
      parts.push(text(16, y + 11, group, 'group'))
      for (const { name, micros, label } of bars) {
        const length = Math.max(1, Math.round((micros / most) * (width - left - right - 150)))
        const isOwn = name === 'anyhandler'
        parts.push(
          text(left + 142, y + 11, name, isOwn ? '' : 'faint', 'end'),
          `<rect class="${isOwn ? 'own' : 'other'}" x="${left + 150}" y="${y}" width="${length}" height="${barHeight - 3}" rx="2"/>`,
          text(left + 156 + length, y + 11, label, isOwn ? '' : 'faint'),
        )
        y += barHeight + 2
      }
    }
  }
  const height = y + 30
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${title}">
  <style>${style}</style>
  <rect class="ground" width="${width}" height="${height}" rx="6"/>
  ${text(16, 26, title, 'title')}
  ${parts.join('\n  ')}
  ${text(16, height - 12, `bench/results.md, ${date}; shorter is better`, 'faint')}
</svg>
`
}

function text(x: number, y: number, content: string, kind: string, anchor = 'start'): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<text x="${x}" y="${y}"${kind === '' ? '' : ` class="${kind}"`}${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}>${escaped}</text>`
}
