import type { Finding } from '@anyhandler/core/http'
import type { Functions } from '../functions/functions.ts'
import { decoded } from '../server/decoded.ts'

/** More routes than these would hide the sentence. */
const mostRoutes = 12
/** So would a longer path. */
const mostCharacters = 200

/**
 * Why a request got 404 or 405, if no route fits it; undefined if a handler gave this status.
 * @param event of the front door, as the function got it
 */
export async function noRouteFinding(
  { method, target }: { readonly method: string; readonly target: string },
  status: number,
  event: Uint8Array,
  functions: Functions,
): Promise<Finding | undefined> {
  const { routes, names } = functions
  if ((status !== 404 && status !== 405) || !routes || (await functions.hasRoute(event))) return undefined
  const [whole = '/'] = target.split('?')
  const path = whole.length > mostCharacters ? `${whole.slice(0, mostCharacters)}…` : whole
  const keys = routes.map(({ route }) => route)
  const more = keys.length > mostRoutes ? `, and ${keys.length - mostRoutes} more` : ''
  const name = decoded(whole.split('/')[1] ?? '')
  const isName = names.includes(name)
  const why = isName ? `; a configuration with routes serves these only, so ${path} is not the handler '${name}'` : ''
  return {
    severity: 'warning',
    message: `no route fits ${method} ${path}; the routes are ${keys.slice(0, mostRoutes).join(', ')}${more}${why}`,
  }
}
