import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '../../..')

/** A fenced block of a page. */
export interface Fence {
  /** Path in the repository. */
  readonly page: string
  /** Of its first fence, counted from 1. */
  readonly line: number
  /** Empty if the page doesn't say it. */
  readonly language: string
  readonly text: string
  /** The heading of second order above it; empty before the first. */
  readonly section: string
  /** The file that it is: its first line is a comment that begins with the file's name. */
  readonly file: string | undefined
}

/** Every page in the repository, but for the changelog's. */
export const pages: readonly string[] = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'],
  { cwd: root, encoding: 'utf8' },
)
  .split('\n')
  .filter((page) => page !== '' && page !== 'CHANGELOG.md' && !page.startsWith('.changeset/'))

const comment = /^(?:#|--|\/\/|<!--) (?<file>[\w./-]*\w\.\w+)(?=[\s:,]|$)/

export function fencesOf(page: string): readonly Fence[] {
  const found: Fence[] = []
  let section = ''
  let open:
    | { readonly indent: string; readonly language: string; readonly line: number; readonly lines: string[] }
    | undefined
  for (const [index, raw] of readFileSync(join(root, page), 'utf8').split('\n').entries()) {
    const { indent = '', language = '' } = /^(?<indent> *)```(?<language>.*)$/.exec(raw)?.groups ?? {}
    const isFence = /^ *```/.test(raw)
    if (!open) {
      section = /^## (?<title>.+)/.exec(raw)?.groups?.['title'] ?? section
      if (isFence) open = { indent, language, line: index + 1, lines: [] }
    } else if (isFence) {
      const text = open.lines.map((line) => `${line}\n`).join('')
      const file = comment.exec(text)?.groups?.['file']
      found.push({ page, line: open.line, language: open.language, text, section, file })
      open = undefined
    } else open.lines.push(raw.startsWith(open.indent) ? raw.slice(open.indent.length) : raw)
  }
  if (open) throw new Error(`${page}:${open.line}: the block has no end`)
  return found
}

export const fences: readonly Fence[] = pages.flatMap(fencesOf)
