import { basename } from 'node:path'
import { languageOf, textOf } from '../examined.ts'
import type { Check, Examined } from '../examined.ts'
import { shebangOf } from '../shebang.ts'

/** A word where a command begins: at the start of a line, or after what ends or opens a command. */
const command =
  /(?:^|[;&|({`]|\$\(|\b(?:then|do|else|if|while|until|!|time|exec|command|env))[ \t]*(?<word>[A-Za-z][\w.+-]*)(?=[ \t;)|&`\n]|$)/gm

/**
 * Programs that shell handlers call and the platform doesn't have. A look at the text, which can err: a layer may bring the program, a word may be data.
 */
export const commands: Check = (examined) =>
  examined.files.tree.files().flatMap((file) => {
    const text = textOf(file)
    const shell =
      languageOf(file.path, examined)?.name === 'bash' || ['sh', 'bash'].includes(shebangOf(text)?.program ?? '')
    if (!shell) return []
    return missing(withoutComments(text), examined).map((program) => ({
      severity: 'warning' as const,
      file: file.path,
      fault: `seems to call ${program}, which ${examined.platform.name} does not have`,
      cure: `bring it in a layer or beside the handlers and say so with --have ${program}, put it into an image, or do without`,
    }))
  })

function missing(text: string, { platform, packed }: Examined): string[] {
  const own = new Set(packed.files().map(({ path }) => basename(path)))
  const called = new Set([...text.matchAll(command)].map((match) => match.groups?.['word'] ?? ''))
  const defined = (word: string): boolean =>
    new RegExp(`^[ \\t]*(?:function[ \\t]+)?${word.replaceAll(/[.+]/g, String.raw`\$&`)}[ \\t]*\\(\\)`, 'm').test(text)
  return [...called].filter((word) => platform.lacks(word) && !own.has(word) && !defined(word))
}

/** Also without here-documents, which are data. */
function withoutComments(text: string): string {
  return text
    .replaceAll(
      /<<-?[ \t]*(?<quote>['"]?)(?<end>\w+)\k<quote>(?<rest>[^\n]*)\n[^]*?\n[ \t]*\k<end>(?=\n|$)/g,
      '$<rest>',
    )
    .replaceAll(/(?:^|[ \t])#[^\n]*/gm, '')
}
