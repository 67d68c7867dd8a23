import { readShebang } from './shebang.ts'
import type { ShebangOptions } from './shebang.ts'

/** The reason why bash would not run a script as its author intends. */
export interface ScriptFault {
  readonly errorType: 'Runtime.UserCodeSyntaxError' | 'Runtime.InterpreterInvalid'
  /** Continues the sentence after the file's name: `has CRLF line endings, which …`. */
  readonly fault: string
  /** The remedy, as an instruction. */
  readonly cure: string
}

export type Script =
  | { readonly ok: true; readonly options: ShebangOptions }
  | { readonly ok: false; readonly fault: ScriptFault }

/**
 * Checks the bytes of a script or a file of functions, before bash reads it. Any bytes may follow a line that begins
 * with `exit` or `exec`: an archive, for instance.
 * @param file the file's name in the cure
 */
export function readScript(bytes: Uint8Array, file: string): Script {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const head = /(?:^|\n)(?:exit|exec)(?:[ \t\r;][^\n]*)?(?:\n|$)/.exec(text)
  const fault = encodingFault(head ? text.slice(0, head.index + head[0].length) : text, file)
  if (fault) return { ok: false, fault: { errorType: 'Runtime.UserCodeSyntaxError', ...fault } }
  const shebang = readShebang(text)
  if (shebang.ok) return shebang
  return { ok: false, fault: { errorType: 'Runtime.InterpreterInvalid', ...shebang.fault } }
}

/** @param text one character for each byte */
function encodingFault(text: string, file: string): Pick<ScriptFault, 'fault' | 'cure'> | undefined {
  if (text.startsWith('\xff\xfe') || text.startsWith('\xfe\xff'))
    return {
      fault: 'is UTF-16, which bash does not read',
      cure: `save it as UTF-8 (iconv -f UTF-16 -t UTF-8 ${file})`,
    }
  if (text.startsWith('\xef\xbb\xbf'))
    return {
      fault: 'begins with a byte order mark, which bash reads as part of the first command',
      cure: `save it as UTF-8 without one (sed -i '1s/^\\xef\\xbb\\xbf//' ${file})`,
    }
  const nul = text.indexOf('\0')
  if (nul >= 0)
    return {
      fault: `has a NUL byte in line ${text.slice(0, nul).split('\n').length}, so it is not UTF-8 text`,
      cure: 'save it as UTF-8; a program needs no extension, but the execute bit',
    }
  // The content of a here-document is data.
  const code = text.includes('<<') ? text.replaceAll(hereDocument, '$<start>') : text
  if (/\r\n/.test(code))
    return {
      fault: 'has CRLF line endings, which bash reads as part of the words before them',
      cure: `run sed -i 's/\\r$//' ${file}, and prevent it with '* text eol=lf' in .gitattributes`,
    }
  if (text.includes('\r') && !text.includes('\n'))
    return {
      fault: 'ends its lines with CR alone, so that bash sees one line',
      cure: `run sed -i 's/\\r/\\n/g' ${file}`,
    }
  return undefined
}

/** Its first and last line end without a carriage return. */
const hereDocument = /(?<start>(?<!<)<<(?!<)-?[ \t]*["'\\]?(?<word>\w+)\b[^\n]*(?<!\r)\n)[^]*?^\t*\k<word>$/gm
