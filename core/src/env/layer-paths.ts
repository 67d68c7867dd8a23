import { existsSync } from 'node:fs'

/** Where the contents of layers lie, and the variables by which programs look there. */
const searched: Readonly<Record<string, readonly string[]>> = {
  PATH: ['bin'],
  LD_LIBRARY_PATH: ['lib'],
  PYTHONPATH: ['python'],
  NODE_PATH: ['nodejs/node_modules'],
}

/** Where a program looks when the variable is unset: setting it must not take that away. */
const defaults: Readonly<Record<string, string>> = { PATH: '/usr/local/bin:/usr/bin:/bin' }

/**
 * The search paths of children with the folders of layers in them. The platform itself sees to `bin` and `lib` only, and an emulator to none; those of the languages are
 * the runtime's own affair. What stands there already keeps its place, and folders that don't exist are left out.
 *
 * @param layers `/opt`
 * @returns only the variables that change
 */
export function layerPaths(
  variables: Readonly<Record<string, string>>,
  layers: string,
): Readonly<Record<string, string>> {
  const changed: Record<string, string> = {}
  for (const [name, folders] of Object.entries(searched)) {
    const present = (variables[name] || defaults[name])?.split(':') ?? []
    const missing = folders
      .map((folder) => `${layers}/${folder}`)
      .filter((folder) => !present.includes(folder) && existsSync(folder))
    if (missing.length > 0) changed[name] = [...present, ...missing].join(':')
  }
  return changed
}
