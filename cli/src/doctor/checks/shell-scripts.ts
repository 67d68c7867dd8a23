import { bashScripts } from '../../built-ins.ts'
import { languageOf } from '../examined.ts'
import type { Check } from '../examined.ts'

/** Scripts that the bash plugin refuses: by its own rules, before any of them runs. */
export const shellScripts: Check = async (examined) => {
  const scripts = examined.files.tree.files().filter(({ path }) => languageOf(path, examined)?.name === 'bash')
  if (scripts.length === 0) return []
  const { readScript } = await bashScripts()
  return scripts.flatMap((file) => {
    const script = readScript(file.read(), file.path)
    if (script.ok) return []
    const { fault, cure } = script.fault
    return [{ severity: 'error' as const, file: file.path, fault, cure }]
  })
}
