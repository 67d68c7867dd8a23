import { join } from 'node:path'
import { BuildError } from './build-error.ts'
import { besideFile } from './bundle.ts'
import type { BundleEntry } from './bundle.ts'
import type { Home } from './bundle-sources.ts'
import { dependency, installedFolder } from './package-folder.ts'

/** Further content of a bundle with thread lanes. */
export interface ThreadLaneParts {
  /** The modules of the threads: core's own, and tinypool's. */
  readonly entries: readonly BundleEntry[]
  /** The module that starts a thread before the host is loaded. */
  readonly ahead: BundleEntry
  readonly homes: readonly Home[]
}

export function threadLaneParts(): ThreadLaneParts {
  const core = dependency('@anyhandler/core/thread')
  const tinypool = installedFolder('tinypool', core.folder)
  if (tinypool === undefined)
    throw new BuildError({
      problem: 'the package tinypool, which @anyhandler/core needs, is not installed',
      cure: 'install anyhandler again',
    })
  return {
    entries: [
      { in: besideFile(core.main, 'thread-worker'), out: 'core/dist/thread/thread-worker' },
      { in: join(tinypool, 'dist/entry/worker.js'), out: 'tinypool/dist/entry/worker' },
    ],
    ahead: { in: besideFile(core.main, 'thread-ahead'), out: 'thread-ahead' },
    homes: [
      { folder: core.folder, name: 'core' },
      { folder: tinypool, name: 'tinypool' },
    ],
  }
}
