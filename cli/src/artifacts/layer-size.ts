import { nodeReleases } from './node-release.ts'
import { bringsNode } from './target.ts'
import type { Architecture, Runtime } from './target.ts'

/** The host's own files in a layer, with room, in bytes. */
const hostSize = 4 * 2 ** 20

/** What the layer for a runtime adds to a function, unpacked, in bytes; a little more than it has. */
export function layerSize(runtime: Runtime, arch: Architecture): number {
  return hostSize + (bringsNode(runtime) ? nodeReleases[arch].size : 0)
}
