import { relative } from 'node:path'
import { layers } from './layers.ts'

/** An override of the linter's configuration. */
interface Override {
  readonly files: readonly string[]
  readonly rules: Readonly<Record<string, unknown>>
}

const plugins = ['@anyhandler/bash', '@anyhandler/sql', '@anyhandler/python-subprocess', '@anyhandler/javascript']

/**
 * The linter's rules for the table of layers, one override for each row: of several overrides that fit a file, the
 * linter takes the last one's `no-restricted-imports`. Patterns are about the text of an import.
 */
export function lintBorders(): readonly Override[] {
  return Object.entries(layers).map(([place, allowed]) => {
    const isFile = place.endsWith('.ts')
    const folder = isFile ? place.slice(0, place.lastIndexOf('/')) : place
    const forbidden = Object.keys(layers).filter((other) => other !== place && !allowed.includes(other))
    const free = Object.keys(layers).filter((other) => other.endsWith('.ts') && !forbidden.includes(other))
    return {
      files: [isFile ? place : `${place}/*.ts`],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            patterns: [
              {
                group: [
                  ...forbidden.filter((other) => other !== folder).map((other) => specifier(folder, other)),
                  ...free
                    .filter((other) => !other.startsWith(`${folder}/`))
                    .map((other) => `!${specifier(folder, other)}`),
                ],
                message: 'see test/support/layers.ts',
              },
              {
                group: packages(place),
                message: 'a package is imported by name, and a language plugin by the command only',
              },
            ].filter(({ group }) => group.length > 0),
          },
        ],
      },
    }
  })
}

/** How a file of the folder would import what lies in another place. */
function specifier(folder: string, place: string): string {
  const way = relative(folder, place)
  const path = way.startsWith('.') ? way : `./${way}`
  return place.endsWith('.ts') ? path : `${path}/*.ts`
}

function packages(place: string): readonly string[] {
  if (place === 'cli/src') return []
  if (place.startsWith('cli/')) return plugins
  if (place.startsWith('dev/')) return [...plugins, 'anyhandler']
  return place.startsWith('core/') ? [...plugins, 'anyhandler'] : [...plugins, 'anyhandler', '@anyhandler/core/host']
}

const begin = '<!-- borders: npm run borders -->'
const end = '<!-- /borders -->'

/** The table as docs/architecture.md shows it: a line for each place, with what it may import. */
export function picture(): string {
  const width = Math.max(...Object.keys(layers).map((place) => place.length))
  const lines = Object.entries(layers).map(([place, allowed]) => {
    const root = `${place.split('/src')[0]}/src`
    const shown = allowed.map((other) => (other === root ? '(ground floor)' : other.replace(`${root}/`, '')))
    return `${place.padEnd(width)} → ${shown.join(', ') || 'nothing'}`
  })
  return `${begin}\n\`\`\`text\n${lines.join('\n')}\n\`\`\`\n${end}`
}

/** The page with the picture in the place of the one that it has. */
export function withPicture(page: string): string {
  const from = page.indexOf(begin)
  const to = page.indexOf(end)
  return `${page.slice(0, from)}${picture()}${page.slice(to + end.length)}`
}
