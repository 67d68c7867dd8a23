/** What V8's profiler writes: https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
export interface Profile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
    readonly children?: readonly number[]
  }[]
  readonly samples: readonly number[]
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[]
}

interface Frame {
  readonly name: string
  readonly url: string
  micros: number
  readonly children: Map<string, Frame>
}

const width = 1200
const rowHeight = 17
/** Frames that are narrower than this are left out, in pixels. */
const narrowest = 1.5
const characterWidth = 6.6
/** Of no event: waiting. */
const idle = new Set(['(idle)', '(program)'])

/**
 * An SVG of where the time went: callers below what they called, as wide as they took long.
 * @param perEvent events that the profile holds
 */
export function flamePicture(profile: Profile, title: string, events: number, micros: number): string {
  const root = treeOf(profile)
  const depth = depthOf(root)
  const height = (depth + 2) * rowHeight
  const scale = width / (micros * events)
  const rects: string[] = []
  const draw = (frame: Frame, x: number, level: number): void => {
    let at = x
    for (const child of [...frame.children.values()].toSorted((one, other) => other.micros - one.micros)) {
      const wide = child.micros * scale
      if (wide >= narrowest) {
        rects.push(rectOf(child, { x: at, y: height - (level + 1) * rowHeight, wide }, child.micros / events))
        draw(child, at, level + 1)
      }
      at += wide
    }
  }
  draw(root, 0, 0)
  const said = `${title}: ${(root.micros / events).toFixed(0)} µs of the main thread an event`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="monospace" font-size="11">
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="4" y="13" font-size="13">${escaped(said)}</text>
${rects.join('\n')}
</svg>
`
}

function treeOf({ nodes, samples, timeDeltas }: Profile): Frame {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)))
  const root: Frame = { name: '', url: '', micros: 0, children: new Map() }
  const selfMicros = new Map<number, number>()
  for (const [index, id] of samples.entries()) selfMicros.set(id, (selfMicros.get(id) ?? 0) + (timeDeltas[index] ?? 0))
  for (const [id, micros] of selfMicros) {
    const path: { readonly name: string; readonly url: string }[] = []
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const { functionName, url } = byId.get(at)!.callFrame
      if (functionName !== '(root)') path.unshift({ name: functionName || '(anonymous)', url })
    }
    if (path.some(({ name, url }) => idle.has(name) || url.endsWith('/probe.cjs'))) continue
    root.micros += micros
    let frame = root
    for (const { name, url } of path) {
      const key = `${name} ${url}`
      let child = frame.children.get(key)
      if (!child) frame.children.set(key, (child = { name, url, micros: 0, children: new Map() }))
      child.micros += micros
      frame = child
    }
  }
  return root
}

function depthOf(frame: Frame): number {
  return Math.max(0, ...[...frame.children.values()].map((child) => 1 + depthOf(child)))
}

function rectOf({ name, url }: Frame, { x, y, wide }: { x: number; y: number; wide: number }, micros: number): string {
  const letters = Math.floor((wide - 4) / characterWidth)
  const label = letters < 3 ? '' : name.length <= letters ? name : `${name.slice(0, letters - 1)}…`
  const file = url.split('/').slice(-2).join('/')
  const box = `<rect x="${x.toFixed(1)}" y="${y}" width="${Math.max(0.5, wide - 0.5).toFixed(1)}" height="${rowHeight - 1}" fill="${colour(name, url)}"/>`
  const text = label && `<text x="${(x + 2).toFixed(1)}" y="${y + 12}">${escaped(label)}</text>`
  return `<g><title>${escaped(`${name} ${file}: ${micros.toFixed(1)} µs`)}</title>${box}${text}</g>`
}

/** Node's own, V8's own, and the host. */
function colour(name: string, url: string): string {
  if (name === '(garbage collector)') return '#c9b6e4'
  if (url.startsWith('node:')) return '#b7d3f2'
  return url === '' ? '#dddddd' : '#f6c28b'
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
