import { nodeReleases } from './node-release.ts'
import { bringsNode } from './target.ts'
import type { Architecture, Runtime } from './target.ts'

/** The host's own files in a layer, with room, in bytes. */
const hostSize = 4 * 2 ** 20

/** The unpacked size of a runtime's layer in bytes, rounded up. */
export function layerSize(runtime: Runtime, arch: Architecture): number {
  return hostSize + (bringsNode(runtime) ? nodeReleases[arch].size : 0)
}
