import { isProgram, languageOf, textOf } from '../examined.ts'
import type { Check } from '../examined.ts'

/** The kernel and the shell take a carriage return for a part of what stands before it. */
export const lineEndings: Check = (examined) =>
  examined.files.tree.files().flatMap((file) => {
    const shell = languageOf(file.path, examined)?.name === 'bash'
    if (!shell && !isProgram(file, examined)) return []
    const text = textOf(file)
    const head = /^#![^\n]*\r\n/.test(text)
    if (!text.includes('\r\n') || !(shell || head)) return []
    const fault = shell
      ? 'has CRLF line endings, which bash takes for a part of the words before them'
      : 'its first line ends in CRLF, so that its interpreter is not found'
    return [
      {
        severity: 'error',
        file: file.path,
        fault,
        cure: `run sed -i 's/\\r$//' ${file.path}, and keep it so with '* text eol=lf' in .gitattributes`,
      },
    ]
  })
