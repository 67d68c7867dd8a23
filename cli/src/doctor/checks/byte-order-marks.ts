import { isProgram, languageOf } from '../examined.ts'
import type { Check, Examined } from '../examined.ts'
import type { TreeFile } from '../../artifacts/file-tree.ts'

/** Marks that editors on Windows put at the beginning of a text, as latin1, with the encoding that they mean. */
const marks = [
  ['\u00ef\u00bb\u00bf', 'a byte order mark'],
  ['\u00ff\u00fe', 'the mark of UTF-16'],
  ['\u00fe\u00ff', 'the mark of UTF-16'],
] as const

/**
 * Programs with invisible bytes before their first word, and unreadable Python files. Python ignores UTF-8's mark; the
 * bash plugin checks shell scripts.
 */
export const byteOrderMarks: Check = (examined) =>
  examined.files.tree.files().flatMap((file) => {
    const by = readBy(file, examined)
    if (by === undefined || file.size < 2) return []
    const start = file.read().toString('latin1', 0, 3)
    const [, mark] = marks.find(([bytes]) => start.startsWith(bytes)) ?? []
    if (mark === undefined || (by === 'python' && mark === marks[0][1])) return []
    return [
      {
        severity: 'error',
        file: file.path,
        fault: `begins with ${mark}, which ${by} reads as part of the first word`,
        cure:
          mark === marks[0][1] ? `run sed -i '1s/^\\xEF\\xBB\\xBF//' ${file.path}` : 'save it as UTF-8 without a mark',
      },
    ]
  })

function readBy(file: TreeFile, examined: Examined): string | undefined {
  const language = languageOf(file.path, examined)
  if (language?.origin === 'built-in' && language.name === 'python') return language.name
  return isProgram(file, examined) ? 'the kernel' : undefined
}
