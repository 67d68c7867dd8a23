import { isProgram, textOf } from '../examined.ts'
import type { Check } from '../examined.ts'

/** The kernel takes a carriage return for a part of the interpreter's name. */
export const lineEndings: Check = (examined) =>
  examined.files.tree.files().flatMap((file) => {
    if (!isProgram(file, examined) || !/^#![^\n]*\r\n/.test(textOf(file))) return []
    return [
      {
        severity: 'error',
        file: file.path,
        fault: "its first line ends in CRLF, so its interpreter can't be found",
        cure: `run sed -i 's/\\r$//' ${file.path}, and prevent it with '* text eol=lf' in .gitattributes`,
      },
    ]
  })
