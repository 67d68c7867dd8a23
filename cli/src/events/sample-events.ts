import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { closestName } from '@anyhandler/core/host'
import { UsageError } from '../usage-error.ts'

/** Beside `dist/`, as beside `src/`. */
const folder = join(import.meta.dirname, '../../events')

/** Names of the events that come with the command. */
export function sampleNames(): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => basename(file, '.json'))
    .toSorted()
}

/** @throws UsageError for a name that no sample has */
export function readSample(name: string): string {
  const names = sampleNames()
  if (!names.includes(name)) {
    const meant = closestName(name, names)
    throw new UsageError(
      `there is no sample event '${name}'${meant ? `; did you mean ${meant}?` : ''} (see anyhandler event)`,
    )
  }
  return readFileSync(join(folder, `${name}.json`), 'utf8')
}
