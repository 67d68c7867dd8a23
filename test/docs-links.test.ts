import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((page) => page !== '' && !page.startsWith('.changeset/'))

/** Links and pictures that lead into the repository; code is no prose. */
function linksOf(text: string): readonly string[] {
  const prose = text.replace(/^(```|~~~)[^]*?^\1/gm, '').replace(/`[^`\n]*`/g, '')
  const found = [...prose.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"|^\[[^\]]+\]: (\S+)/gm)]
  return found
    .flatMap(([, inline, html, named]) => inline ?? html ?? named ?? [])
    .filter((link) => !/^[a-z]+:/i.test(link))
}

/** As GitHub makes them: lower case, no punctuation, hyphens for spaces; a number behind one that is there already. */
function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>()
  for (const [, heading = ''] of text.replace(/^(```|~~~)[^]*?^\1/gm, '').matchAll(/^#+ (.+)$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const name = plain
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-')
    let anchor = name
    for (let count = 1; anchors.has(anchor); count++) anchor = `${name}-${count}`
    anchors.add(anchor)
  }
  return anchors
}

describe('links of the pages', () => {
  it.each(pages)('%s leads to files and headings that exist', (page) => {
    const text = readFileSync(join(root, page), 'utf8')
    const dead = linksOf(text).filter((link) => {
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? page : normalize(join(dirname(page), decodeURIComponent(path)))
      if (!existsSync(join(root, target))) return true
      if (anchor === undefined || statSync(join(root, target)).isDirectory() || !target.endsWith('.md')) return false
      return !anchorsOf(readFileSync(join(root, target), 'utf8')).has(anchor)
    })
    expect(dead).toEqual([])
  })

  it('each page of docs is in their index', () => {
    const index = linksOf(readFileSync(join(root, 'docs/README.md'), 'utf8'))
    const missing = pages
      .filter((page) => /^docs\/[^/]+\.md$/.test(page) && page !== 'docs/README.md')
      .filter((page) => !index.includes(page.replace('docs/', '')))
    expect(missing).toEqual([])
  })
})
