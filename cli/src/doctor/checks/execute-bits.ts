import { extname } from 'node:path'
import { readElf } from '../elf.ts'
import { languageOf } from '../examined.ts'
import type { Check, Examined } from '../examined.ts'
import type { TreeFile } from '../../artifacts/file-tree.ts'

/** Files that are started as programs but lack the execute bit. */
export const executeBits: Check = (examined) =>
  examined.files.tree.files().flatMap((file) => {
    const why = file.executable ? undefined : reason(file, examined)
    return why === undefined
      ? []
      : [
          {
            severity: 'error',
            file: file.path,
            fault: `${why}, but it has no execute bit`,
            cure: `run chmod +x ${file.path}`,
          },
        ]
  })

function reason(file: TreeFile, examined: Examined): string | undefined {
  if (file.path === 'bootstrap') return 'is the file that Lambda starts first'
  if (languageOf(file.path, examined)) return undefined
  // Libraries and modules are mapped, not started.
  const elf = /\.(?:so|node)(?:\.|$)/.test(file.path) ? undefined : readElf(file.read())
  if (elf?.loader !== undefined) return 'is a program'
  const script = file.size > 2 && file.read().subarray(0, 2).toString('latin1') === '#!'
  if (!script) return undefined
  if (!file.path.includes('/') && extname(file.path) === '') return 'begins like an executable handler'
  return /(?:^|\/)s?bin\/[^/]+$/.test(file.path) ? 'is a script in a folder of programs' : undefined
}
