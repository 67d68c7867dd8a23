import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readPage, sentencesOf, wordsOf } from './support/markdown.ts'
import { commentsOf, riddlesIn } from './support/plain-words.ts'

const root = join(import.meta.dirname, '..')
const pages = globSync(
  ['*.md', 'docs/**/*.md', 'examples/*/README.md', '{core,cli,dev,create-anyhandler,plugins/*}/*.md'],
  {
    cwd: root,
  },
).filter((page) => !page.includes('node_modules'))

/** A sentence of more words has to be read twice. */
const mostWords = 30

describe('a page of the documentation', () => {
  it('is found', () => {
    expect(pages.length).toBeGreaterThan(30)
  })

  it.each(pages)('%s has one sentence a line, of 30 words at most, and no more than one in a table cell', (page) => {
    const { prose, broken, cells } = readPage(readFileSync(join(root, page), 'utf8'))
    const several = prose.filter(({ text }) => sentencesOf(text).length > 1)
    const long = prose.flatMap(({ line, text }) =>
      sentencesOf(text)
        .filter((sentence) => wordsOf(sentence) > mostWords)
        .map((sentence) => ({ line, sentence })),
    )
    const full = cells.filter(({ text }) => sentencesOf(text).length > 1 || wordsOf(text) > mostWords)
    expect({ several, broken, long, full }).toEqual({ several: [], broken: [], long: [], full: [] })
  })

  it.each(pages.filter((page) => /^docs\/(?!README)/.test(page)))('%s begins with its purpose', (page) => {
    const [first] = readPage(readFileSync(join(root, page), 'utf8')).prose
    expect(first).toMatchObject({ line: 3, text: expect.stringMatching(/^This page |^`anyhandler \w+` /) })
  })
})

/** Written by the bench, by changesets, or made of names of tests. */
const quoted = new Set(['CHANGELOG.md', 'docs/conformance.md', 'docs/dev-complaints.md'])
const sources = globSync(
  ['core', 'cli', 'dev', 'create-anyhandler', 'plugins/*'].map((part) => `${part}/src/**/*.ts`),
  { cwd: root },
)

describe('plain words', () => {
  it.each(pages.filter((page) => !quoted.has(page)))('%s has no sentence that has to be read twice', (page) => {
    const { prose, cells } = readPage(readFileSync(join(root, page), 'utf8'))
    expect(riddlesIn([...prose, ...cells].flatMap(({ text }) => sentencesOf(text)))).toEqual([])
  })

  it('are in the comments of the sources, in sentences of 30 words at most', () => {
    expect(sources.length).toBeGreaterThan(500)
    const found = sources.flatMap((file) => {
      const sentences = commentsOf(readFileSync(join(root, file), 'utf8')).flatMap((text) => sentencesOf(text))
      const long = sentences.filter((sentence) => sentence.split(/[:;]/).some((part) => wordsOf(part) > mostWords))
      return [...riddlesIn(sentences), ...long].map((sentence) => `${file}: ${sentence}`)
    })
    expect(found).toEqual([])
  })

  it('stand in lines of 120 characters at most', () => {
    const files = globSync(
      '{core,cli,dev,create-anyhandler,plugins,examples,test,bench,release}/**/*.{ts,js,cjs,mjs,sh,bash,py}',
      {
        cwd: root,
        exclude: (path) => /node_modules|(?:^|\/)(?:dist|cases|\.cache)(?:\/|$)/.test(path),
      },
    )
    expect(files.length).toBeGreaterThan(900)
    const long = files.flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .filter((line) => /^\s*(?:\/\/|\/?\*|#)/.test(line) && [...line].length > 120)
        .map((line) => `${file}: ${line}`),
    )
    expect(long).toEqual([])
  })

  it.each([
    'What is over is nobody’s.',
    'What came is kept.',
    'Of several values the last one counts.',
    'The event is over.',
    'The driver goes along.',
    'How long the host lets go.',
  ])('are not in: %s', (sentence) => {
    expect(riddlesIn([sentence])).not.toEqual([])
  })

  it('may be in a question, in code, and in what a word of the glossary means', () => {
    expect(riddlesIn(['What does it cost?', 'It prints `What is over`.', 'Nothing of the task is left.'])).toEqual([])
  })

  it('are read from comments of one line and of several', () => {
    const source = "/** One\n * two.\n * @param x three\n */\n// four\n// five\nconst a = 'b' // six\n/** seven */\n"
    expect(commentsOf(source)).toEqual(['One two.', '@param x three', 'four five', 'seven'])
  })
})

describe('what counts as a sentence', () => {
  it.each([
    ['One. Two.', 2],
    ['It is `a. B` and no more.', 1],
    ['See [a. B](x.md) there.', 1],
    ['For 5.1 and 5.2 it holds, e.g. Here too.', 1],
    ['A question? Yes.', 2],
    ['One. undici is the name of two.', 2],
    ['(In brackets.) Two.', 2],
  ])('%s', (text, count) => {
    expect(sentencesOf(text)).toHaveLength(count)
  })

  it('counts words', () => {
    expect(wordsOf('a `code of four words` and [a link](x) – b')).toBe(5)
  })

  it('sees a sentence that goes on in the next line', () => {
    const page = readPage('One,\ntwo.\nThree:\n\n1. four,\n   five.\n2. six\n\nseven\n\n    code\n    code\n')
    expect(page.broken.map(({ line }) => line)).toEqual([1, 5])
  })

  it('takes a list of names in a cell for its names', () => {
    const page = readPage('| **a** one · two<br>**b** three | four.<br>Five. |\n')
    expect(page.cells.map(({ text }) => text)).toEqual(['**a** one', 'two', '**b** three', 'four. Five.'])
  })

  it('sees lists, code and tables', () => {
    const page = readPage('# A. B\n\n- one. Two.\n\n```\nx. Y\n```\n\n| a. B | c |\n|---|---|\n')
    expect(page.prose.map(({ text }) => text)).toEqual(['one. Two.'])
    expect(page.cells.map(({ text }) => text)).toEqual(['a. B', 'c'])
  })
})
