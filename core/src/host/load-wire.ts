import type { Config } from '../config/config.ts'
import type { Wire, WireAddress, WireFactory } from '../wire/wire.ts'

/** Only the implementation that is used is loaded. */
export async function loadWire(transport: Config['transport']): Promise<WireFactory> {
  if (transport === 'undici') return (await import('../wire/undici.ts')).openUndiciWire
  return (await import('../wire/socket.ts')).openSocketWire
}

/** For a process that has taken the place of another, which asked for the next event on its behalf. */
export async function inheritWire(address: WireAddress, openWire: WireFactory): Promise<Wire> {
  return (await import('../wire/inherited.ts')).openInheritedWire(address, openWire)
}
