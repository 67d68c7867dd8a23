import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const folder = join(import.meta.dirname, '../../../cli/events')

/** The events that come with the command, by name. */
export const samples: ReadonlyMap<string, Buffer> = new Map(
  readdirSync(folder).map((file) => [basename(file, '.json'), readFileSync(join(folder, file))]),
)

export function sample(name: string): Buffer {
  const bytes = samples.get(name)
  if (!bytes) throw new Error(`there is no sample event ${name}`)
  return bytes
}
