import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type * as TreeSitter from '@vscode/tree-sitter-wasm'
import type { Node, Parser } from '@vscode/tree-sitter-wasm'

/** The commands of a shell script, found by its grammar. */
export interface ShellCalls {
  /** Programs and functions in the place of a command, also behind `exec`, `time` and such: as they are written. */
  readonly called: ReadonlySet<string>
  /** Functions and aliases that it makes. */
  readonly defined: ReadonlySet<string>
  /** Programs that it asks for first: `command -v jq`. */
  readonly asked: ReadonlySet<string>
  /** More may be defined: by files that it reads, by `eval`, where it can't be parsed. */
  readonly open: boolean
}

/** Commands that run the following command, with those of their flags that take a word. */
const prefixes: Readonly<Record<string, readonly string[]>> = {
  builtin: [],
  command: [],
  coproc: [],
  env: ['-u', '--unset', '-C', '--chdir', '-S'],
  exec: ['-a'],
  nice: ['-n'],
  nohup: [],
  setsid: [],
  stdbuf: ['-i', '-o', '-e'],
  time: ['-f', '-o'],
  timeout: ['-k', '-s'],
  xargs: ['-a', '-d', '-E', '-I', '-L', '-n', '-P', '-s'],
}
/** Commands that only say where a program is. */
const questions: ReadonlySet<string> = new Set(['type', 'hash', 'which', 'whereis'])

let loading: Promise<Parser> | undefined

/** Loaded for the doctor only, when there is a shell script: 20 ms. */
async function load(): Promise<Parser> {
  const require = createRequire(import.meta.url)
  // Node does not see the names that this CommonJS file exports.
  const { Language, Parser } = require('@vscode/tree-sitter-wasm') as typeof TreeSitter
  await Parser.init()
  const grammar = require.resolve('@vscode/tree-sitter-wasm/wasm/tree-sitter-bash.wasm')
  return new Parser().setLanguage(await Language.load(await readFile(grammar)))
}

/** The tree of a script by the grammar of bash. */
export async function parseShell(text: string): Promise<TreeSitter.Tree | null> {
  loading ??= load()
  return (await loading).parse(text)
}

/** Parses a script with a grammar of bash; parts that are no bash are skipped. */
export async function shellCalls(text: string): Promise<ShellCalls> {
  const tree = await parseShell(text)
  const called = new Set<string>()
  const defined = new Set<string>()
  const asked = new Set<string>()
  let open = tree?.rootNode.hasError ?? true
  for (const node of tree?.rootNode.descendantsOfType(['command', 'function_definition']) ?? []) {
    if (node?.type === 'function_definition') defined.add(node.childForFieldName('name')?.text ?? '')
    if (node?.type !== 'command') continue
    const words = wordsOf(node)
    const [name = ''] = words
    if (['.', 'source', 'eval'].includes(name)) open = true
    if (name === 'alias') for (const word of words.slice(1)) defined.add(word.split('=', 1)[0] ?? '')
    if (questions.has(name) || (name === 'command' && /^-[vV]/.test(words[1] ?? '')))
      for (const word of words.slice(1)) asked.add(word)
    else for (const word of chain(words)) called.add(word)
  }
  tree?.delete()
  return { called, defined, asked, open }
}

/** A command's words without assignments and redirections; those that are made when it runs are empty. */
function wordsOf(node: Node): string[] {
  return node.namedChildren.flatMap((child) => {
    if (!child || child.type === 'variable_assignment' || child.type.endsWith('redirect')) return []
    const word = child.type === 'command_name' ? (child.namedChild(0) ?? child) : child
    const isFixed = ['word', 'raw_string', 'number'].includes(word.type) || /^"[^$`"\\]*"$/.test(word.text)
    return [isFixed ? word.text.replace(/^(?<quote>['"])(?<inner>.*)\k<quote>$/s, '$<inner>').replace(/^\\/, '') : '']
  })
}

/** `exec env A=b jq .` calls exec, env and jq. */
function chain(words: readonly string[]): string[] {
  const [name = '', ...rest] = words
  if (name === '') return []
  const flags = Object.hasOwn(prefixes, name) ? prefixes[name] : undefined
  if (!flags) return [name]
  let at = 0
  while (at < rest.length) {
    const word = rest[at] ?? ''
    if (flags.includes(word)) at += 2
    else if (word.startsWith('-') || /^\w+=/.test(word)) at += 1
    else break
  }
  // The time that `timeout` gives stands before the command.
  if (name === 'timeout') at += 1
  return [name, ...chain(rest.slice(at))]
}
