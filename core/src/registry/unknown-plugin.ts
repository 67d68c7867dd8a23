import { closestName } from '../closest-name.ts'
import { HostError } from '../errors.ts'
import type { Language } from '../language.ts'
import { listed, quote } from '../wording.ts'

/** `Runtime.PluginNotFound` for an unknown language name in `_HANDLER` or in a call of the registry. */
export function unknownPlugin(name: string, languages: readonly Language[]): HostError {
  const known = languages.map((language) => language.name)
  const meant = closestName(name, known)
  return new HostError('Runtime.PluginNotFound', {
    problem: `there is no plugin ${quote(name)}${meant ? ` (did you mean ${quote(meant)}?)` : ''}`,
    cure: `known are ${listed(known) || 'none'}, others are added under plugins in the configuration, which can also turn one off`,
  })
}
