import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LanguagePackage } from '../artifacts/language-package.ts'

interface Manifest {
  readonly files?: readonly string[]
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly type?: string
}

const core = '@anyhandler/core'

/** Faults of a package that show only after it is published, not in its own folder. */
export function packageFaults({ folder, driver, main }: LanguagePackage): readonly string[] {
  const { files, dependencies = {}, peerDependencies = {} } = readManifest(folder)
  const faults: string[] = []
  if (driver !== undefined && !existsSync(join(folder, driver)))
    faults.push(`anyhandlerPlugin.driver is '${driver}', and there is no such folder`)
  else if (driver !== undefined && files && !isPacked(driver, files))
    faults.push(`files doesn't name '${driver}', so npm would not publish the driver`)
  if (Object.hasOwn(dependencies, core))
    faults.push(
      `${core} is among its dependencies; make it a peer dependency, because a function would get a second copy`,
    )
  else if (!Object.hasOwn(peerDependencies, core) && readFileSync(main, 'utf8').includes(core))
    faults.push(`peerDependencies doesn't name ${core}, which the plugin imports`)
  return faults
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
}

/** Whether npm packs a folder: by its name, by a folder above it, or by a pattern that begins with it. */
function isPacked(path: string, files: readonly string[]): boolean {
  const wanted = path.replace(/^\.\//, '').replace(/\/$/, '')
  return files.some((entry) => {
    const named = entry.replace(/^\.?\//, '').replace(/\/$/, '')
    return (
      named === wanted ||
      wanted.startsWith(`${named}/`) ||
      (named.startsWith(`${wanted}/`) && named.includes('*')) ||
      named === '*'
    )
  })
}
