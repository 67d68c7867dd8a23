import type { Config } from '../config/config.ts'
import { Picker } from './picker.ts'

/**
 * Whether the tables of a configuration lead an HTTP event to a handler. If not, the function itself answers it with
 * 404 or 405.
 * @throws HandlerError `Function.NoRoute` for an event that is no HTTP request
 */
export async function hasRoute(
  tables: Pick<Config, 'routes' | 'sources' | 'routing'>,
  event: Uint8Array,
): Promise<boolean> {
  return 'run' in new Picker(tables).pick(event)
}
