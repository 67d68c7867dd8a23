import { basename } from 'node:path'
import { languageOf, textOf } from '../examined.ts'
import type { Check, Examined } from '../examined.ts'
import { shebangOf } from '../shebang.ts'
import { shellCalls } from '../shell-parser.ts'
import type { ShellCalls } from '../shell-parser.ts'

/** Programs that shell scripts call and the platform doesn't have. A layer may bring one: then `--have` says so. */
export const commands: Check = async (examined) => {
  const scripts: { readonly path: string; readonly calls: ShellCalls }[] = []
  for (const file of examined.files.tree.files()) {
    const text = textOf(file)
    if (isShell(file.path, text, examined)) scripts.push({ path: file.path, calls: await shellCalls(text) })
  }
  const own = new Set([
    ...examined.packed.files().map(({ path }) => basename(path)),
    ...scripts.flatMap(({ calls }) => [...calls.defined]),
  ])
  return scripts.flatMap(({ path, calls: { called, asked } }) =>
    [...new Set([...called].map(programOf))]
      .filter((program) => examined.platform.lacks(program) && !own.has(program) && !asked.has(program))
      .map((program) => ({
        severity: 'warning' as const,
        file: path,
        fault: `calls ${program}, which ${examined.platform.name} does not have`,
        cure: `add it in a layer or beside the handlers and pass --have ${program}, put it into an image, or do without it`,
      })),
  )
}

function isShell(path: string, text: string, examined: Examined): boolean {
  const program = shebangOf(text)?.program
  if (languageOf(path, examined)?.name === 'bash')
    return program === undefined || program === 'bash' || program === 'sh'
  return program === 'bash' || program === 'sh'
}

/** `/usr/bin/jq` is jq of the system; other paths are the folder's own affair. */
function programOf(word: string): string {
  return word.replace(/^\/(?:usr\/(?:local\/)?)?s?bin\//, '')
}
