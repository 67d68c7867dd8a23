import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lintBorders, picture } from './support/borders.ts'
import { importsOf, sourceFiles } from './support/imports.ts'
import type { Import } from './support/imports.ts'
import { layers, libraries, placeOf } from './support/layers.ts'

const root = join(import.meta.dirname, '..')
const files = sourceFiles()
const imports = files.flatMap((file) => importsOf(file))

/** The imports that the table doesn't allow. */
function wrong(all: readonly Import[]): readonly string[] {
  return all
    .filter(({ isFile }) => isFile)
    .filter(({ from, to }) => {
      const [place, target] = [placeOf(from), placeOf(to)]
      return place !== target && (target === undefined || !layers[place ?? '']?.includes(target))
    })
    .map(({ from, to }) => `${from} imports ${to}`)
}

/** The first circle of imports, in order; empty if there is none. */
function circle(all: readonly Import[]): readonly string[] {
  const next = Map.groupBy(
    all.filter(({ isFile }) => isFile),
    ({ from }) => from,
  )
  const done = new Set<string>()
  const visit = (file: string, way: readonly string[]): readonly string[] => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file]
    if (done.has(file)) return []
    for (const { to } of next.get(file) ?? []) {
      const found = visit(to, [...way, file])
      if (found.length > 0) return found
    }
    done.add(file)
    return []
  }
  for (const file of next.keys()) {
    const found = visit(file, [])
    if (found.length > 0) return found
  }
  return []
}

describe('the sources', () => {
  it('have a row in the table of layers for each folder, and no row that is gone', () => {
    expect(files.filter((file) => placeOf(file) === undefined)).toEqual([])
    const places = new Set(files.map(placeOf))
    expect(Object.keys(layers).filter((place) => !places.has(place))).toEqual([])
  })

  it('import only what the table allows', () => {
    expect(imports.length).toBeGreaterThan(700)
    expect(wrong(imports)).toEqual([])
  })

  it('have no circle, types included', () => {
    expect(circle(imports)).toEqual([])
  })

  it('know a library in one place only', () => {
    const elsewhere = imports.filter(({ from, to }) => {
      const places = [libraries[to] ?? []].flat()
      return places.length > 0 && !places.some((place) => from === place || from.startsWith(`${place}/`))
    })
    expect(elsewhere).toEqual([])
  })

  it('import a language plugin by its package, and only in the table of the command and in the doctor', () => {
    const plugins = ['@anyhandler/bash', '@anyhandler/sql', '@anyhandler/python-subprocess', '@anyhandler/javascript']
    expect(
      imports.filter(
        ({ from, to }) =>
          plugins.includes(to) && from !== 'cli/src/built-ins.ts' && !from.startsWith('cli/src/doctor/'),
      ),
    ).toEqual([])
  })
})

describe('the table of layers', () => {
  it('has arrows in one direction only', () => {
    const rows = Object.entries(layers)
    const backwards = rows.flatMap(([place, allowed], index) => {
      const above = rows.slice(index).map(([other]) => other)
      return allowed.filter((other) => above.includes(other)).map((other) => `${place} → ${other}`)
    })
    expect(backwards).toEqual([])
  })

  it.each(Object.keys(layers))('catches a wrong import in %s', (place) => {
    const file = place.endsWith('.ts') ? place : `${place}/new.ts`
    // Something that stands above it, or in another package.
    const forbidden = files.find((other) => {
      const target = placeOf(other)
      return target !== undefined && target !== place && !layers[place]?.includes(target)
    })
    const depth = file.split('/').length - 1
    const text = `import type { Wrong } from '${'../'.repeat(depth)}${forbidden}'\n`
    expect(wrong(importsOf(file, text))).toEqual([`${file} imports ${forbidden}`])
  })

  it('finds a circle of types', () => {
    const back = importsOf('core/src/contract.ts', "import type { Host } from './host/host.ts'\n")
    expect(circle([...imports, ...back]).length).toBeGreaterThan(2)
  })

  it('is what the lint rules say: npm run borders', () => {
    const { overrides } = JSON.parse(readFileSync(join(root, '.oxlintrc.json'), 'utf8')) as {
      overrides: readonly { readonly files: readonly string[] }[]
    }
    const generated = lintBorders()
    expect(overrides.slice(0, generated.length)).toEqual(generated)
  })

  it('is what docs/architecture.md shows: npm run borders', () => {
    expect(readFileSync(join(root, 'docs/architecture.md'), 'utf8')).toContain(picture())
  })
})
