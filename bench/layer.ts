import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { size } from './table.ts'
import type { Row } from './table.ts'

/** The layers as they are shipped: built, and the one that brings Node unpacked, as Lambda does it. */
export interface Layers {
  readonly bootstrap: string
  readonly node: string
  readonly rows: readonly Row[]
}

const command = join(import.meta.dirname, '../cli/bin/anyhandler.js')
const unpack = join(import.meta.dirname, 'unpack.ts')

export function buildLayers(folder: string): Layers {
  mkdirSync(folder, { recursive: true })
  const rows: Row[] = []
  const unpacked = join(folder, 'layer')
  for (const runtime of ['provided.al2023', 'nodejs24.x']) {
    const zip = join(folder, `${runtime}.zip`)
    execFileSync(
      process.execPath,
      [command, 'build', 'layer', '--runtime', runtime, '--arch', process.arch, '--out', zip],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    )
    const target = runtime === 'provided.al2023' ? unpacked : join(folder, 'layer-for-managed-node')
    rmSync(target, { recursive: true, force: true })
    // In a process of its own: with 300 MB in this one, each start of a runtime would take 16 ms longer, for its fork.
    execFileSync(process.execPath, [unpack, zip, target], { stdio: ['ignore', 'ignore', 'inherit'] })
    rows.push({
      what: 'layer',
      runtime: `${runtime}, ${process.arch}`,
      median: `${size(statSync(zip).size)} zipped`,
      ratio: `${size(sizeOf(target))} unpacked`,
    })
  }
  return { bootstrap: join(unpacked, 'bootstrap'), node: join(unpacked, 'anyhandler', 'node'), rows }
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).reduce(
    (sum, entry) => sum + (entry.isFile() ? statSync(join(entry.parentPath, entry.name)).size : 0),
    0,
  )
}
