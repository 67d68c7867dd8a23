import { foreignSystem } from '../executable-format.ts'
import type { Check } from '../examined.ts'
import type { TreeFile } from '../../artifacts/file-tree.ts'

/**
 * Modules and programs of other systems than Linux: what `npm install` and `pip install` bring on a Mac or on Windows.
 */
export const foreignBinaries: Check = ({ packed }) =>
  packed.files().flatMap((file) => {
    const system = mayBeLoaded(file) ? foreignSystem(file.read()) : undefined
    if (system === undefined) return []
    const cure =
      'install it for Linux (pip install --platform manylinux_2_28_x86_64, npm install --os=linux), or build it there'
    return [{ severity: 'error', file: file.path, fault: `is built for ${system}, but Lambda runs Linux`, cure }]
  })

/** Packages that bring their programs for all systems load those with such names nowhere else. */
function mayBeLoaded({ path, size, executable }: TreeFile): boolean {
  if (size < 64 || /(?:darwin|macos|win32|windows)/i.test(path)) return false
  return /\.(?:so|node|pyd|dylib|dll)$/.test(path) || executable
}
