import { existsSync } from 'node:fs'

/** The folders of layers, and the variables by which programs search them. */
const searched: Readonly<Record<string, readonly string[]>> = {
  PATH: ['bin'],
  LD_LIBRARY_PATH: ['lib'],
  PYTHONPATH: ['python'],
  NODE_PATH: ['nodejs/node_modules'],
}

/** The default path of a program when the variable is unset: setting the variable must keep it. */
const defaults: Readonly<Record<string, string>> = { PATH: '/usr/local/bin:/usr/bin:/bin' }

/**
 * The search paths of child processes, with the folders of layers. The platform adds only `bin` and `lib`, and an
 * emulator nothing; the folders of languages are up to the runtime. Existing entries keep their place, and missing
 * folders are left out.
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
