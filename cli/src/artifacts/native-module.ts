import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { builtIns } from '../built-ins.ts'
import { dependency } from './package-folder.ts'
import type { Architecture } from './target.ts'

/** The file of better-sqlite3's prebuilt module for an architecture: its package brings those of all. */
export function nativeModuleFile(arch: Architecture): string {
  const { resolve } = createRequire(dependency(builtIns['sql']!.package).main)
  return join(dirname(resolve('better-sqlite3/package.json')), 'prebuilds', `linux-${arch}.node`)
}
