import type { Config } from '../config/config.ts'
import type { Wire, WireAddress, WireFactory } from '../wire/wire.ts'

/** Loads only the chosen implementation. */
export async function loadWire(transport: Config['transport']): Promise<WireFactory> {
  if (transport === 'undici') return (await import('../wire/undici.ts')).openUndiciWire
  return (await import('../wire/socket.ts')).openSocketWire
}

/** For a process that replaces another one, which has already called `/next`. */
export async function inheritWire(address: WireAddress, openWire: WireFactory): Promise<Wire> {
  return (await import('../wire/inherited.ts')).openInheritedWire(address, openWire)
}
