import { readFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'

/** Files of Python's own tools. */
const tools = /^(?:conftest|setup|noxfile|tasks|test_.*|.*_test)\.py$/
/** Files of tools written in JavaScript: configurations, tests, declarations of types. */
const scriptTools = /\.(?:config|conf|test|spec|stories|d)\.[cm]?[jt]s$/
/** `. ./lib.sh`, `source "$here/lib.sh"`: the last part of the path. */
const sourced = /(?:^|[;&|(]|\b(?:then|do|else))[ \t]*(?:\.|source)[ \t]+["']?(?:[^\s"';]*\/)?(?<name>[\w.-]+)/gm
/** `import a, b.c as d`, `from a.b import c`, `from . import a, b`, `from .a import b`. */
const imported =
  /^[ \t]*(?:import[ \t]+(?<names>[\w., \t]+)|from[ \t]+\.*(?<module>\w+)|from[ \t]+\.+[ \t]+import[ \t]+(?<own>[\w, \t]+))/gm
const definesHandler = /^(?:async[ \t]+)?def[ \t]+(?:lambda_)?handler\b|^(?:lambda_)?handler[ \t]*(?::[^=\n]+)?=/m

/** Patterns for a module with a function `handler`: a declaration, a list of names, CommonJS. */
const exportsHandler = [
  /^[ \t]*export[ \t]+(?:async[ \t]+)?(?:const|let|var|function\*?|class)[ \t]+handler\b/m,
  /^[ \t]*export[ \t]*\{[^}]*\bhandler\b[^}]*\}/m,
  /\bexports(?:\.handler\b|\[['"]handler['"]\])\s*=[^=]/,
  /^[ \t]*export[ \t]+(?:const|let|var)[ \t]*\{[^}]*\bhandler\b[^}]*\}[ \t]*=/m,
  // Braces of other members may stand before it.
  /\bmodule\.exports\s*=\s*\{(?:[^]*?[{,])?\s*(?:async\s+)?handler\s*[,:(}]/,
  /\bdefineProperty\(\s*exports\s*,\s*['"]handler['"]/,
]

/**
 * Whether a file is named like one of a language's own tools: tests, their fixtures, configurations, installation.
 * @param name without folders
 */
export function isTool(name: string): boolean {
  return tools.test(name) || scriptTools.test(name)
}

/** Whether a module in JavaScript or TypeScript exports the function `handler`, as its text looks. */
export function hasExportedHandler(path: string): boolean {
  const text = read(path)
  return exportsHandler.some((pattern) => pattern.test(text))
}

/**
 * Those of some files that only serve others: shell files that are sourced, Python files that are imported and define
 * no handler themselves.
 * @param files names in the folder
 */
export function helpersAmong(folder: string, files: readonly string[]): ReadonlySet<string> {
  const texts = new Map(
    files.flatMap((file) => (/\.(?:sh|bash|py)$/.test(file) ? [[file, read(join(folder, file))]] : [])),
  )
  const served = new Set([...texts].flatMap(([file, text]) => namesIn(file, text).filter((name) => name !== file)))
  return new Set(
    files.filter((file) => served.has(file) && !(file.endsWith('.py') && definesHandler.test(texts.get(file) ?? ''))),
  )
}

function namesIn(file: string, text: string): string[] {
  if (extname(file) !== '.py') return [...text.matchAll(sourced)].map(({ groups }) => basename(groups?.['name'] ?? ''))
  return [...text.matchAll(imported)].flatMap(({ groups }) =>
    (groups?.['module'] ?? groups?.['names'] ?? groups?.['own'] ?? '')
      .split(',')
      .map((name) => `${/\w+/.exec(name)?.[0] ?? ''}.py`),
  )
}

/** Empty for what can't be read: the build and the doctor say so. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
