import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { checkConfig } from '../../../core/src/config/config-schema.ts'
import { loadConfig } from '../../../core/src/config/config.ts'
import { configSchema } from '../../support/config-json-schema.ts'
import { taskFolder } from '../../support/task-folder.ts'

const root = join(import.meta.dirname, '../../..')
const schema = configSchema()
const validate = new Ajv({ strict: false, allErrors: true }).compile(schema)
const keys = Object.keys(schema['properties'] as object)

function faults(config: unknown): readonly string[] {
  return validate(config)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

interface Block {
  /** Page and line. */
  readonly place: string
  readonly language: string
  readonly text: string
}

function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(join(root, page), 'utf8')
  return [...text.matchAll(/^ *```(?<language>\w+)\n(?<text>[^]*?)^ *```/gm)].map(({ index, groups }) => ({
    place: `${page}:${text.slice(0, index).split('\n').length}`,
    language: groups!['language']!,
    text: groups!['text']!.replace(/^ {3}/gm, ''),
  }))
}

/** What a block says, if it is a configuration. */
function configIn({ language, text }: Block): unknown {
  if (language !== 'yaml' && language !== 'json') return undefined
  try {
    const value: unknown = parse(text)
    const given = typeof value === 'object' && value !== null ? Object.keys(value) : []
    const isWhole = given.length > 0 && given.every((key) => keys.includes(key))
    return isWhole && (!text.includes('apiVersion') || undefined) ? value : undefined
  } catch {
    return undefined
  }
}

const pages = globSync(
  ['*.md', 'docs/**/*.md', 'examples/*/README.md', '{core,cli,dev,create-anyhandler,plugins/*}/README.md'],
  { cwd: root },
)
const configs = pages
  .flatMap((page) => blocksOf(page))
  .flatMap((block) => {
    const value = configIn(block)
    return value === undefined ? [] : [{ place: block.place, value }]
  })
const files = globSync(['{examples,create-anyhandler}/**/anyhandler.config.{yaml,json}'], {
  cwd: root,
  exclude: (name) => name.includes('node_modules'),
})

describe('anyhandler.schema.json', () => {
  test('finds the configurations of the docs', () => {
    expect(configs.length).toBeGreaterThan(7)
    expect(files.length).toBeGreaterThan(4)
  })

  test.each(configs)('takes the configuration of $place, as the host does', ({ value }) => {
    expect(faults(value)).toEqual([])
    expect(checkConfig(value, { label: 'docs' } as never)).toBeDefined()
  })

  test.each(files)('takes %s', (file) => {
    const text = readFileSync(join(root, file), 'utf8')
      .replaceAll('__LANGUAGE__', 'mine')
      .replaceAll('.__EXT__', '.mine')
    expect(faults(parse(text))).toEqual([])
  })

  test('takes the configurations of the docs, and of an example, that are scripts', async () => {
    const scripts = pages
      .flatMap((page) => blocksOf(page))
      .filter(({ text }) => /^\/\/ anyhandler\.config\.(?:js|ts|mjs)/.test(text))
    expect(scripts.length).toBeGreaterThan(0)
    const { file: __, ...links } = await loadConfig(join(root, 'examples/links'))
    expect(faults(links)).toEqual([])
    for (const { text } of scripts) {
      const name = /^\/\/ (?<name>\S+)/.exec(text)?.groups?.['name'] ?? ''
      const { file: _, ...config } = await loadConfig(taskFolder({ [name]: text, 'package.json': '{"type":"module"}' }))
      expect(faults(config)).toEqual([])
    }
  })

  test.each<[string, unknown]>([
    ['an unknown key', { concurency: 2 }],
    ['a number that is too large', { concurrency: 1001 }],
    ['a plugin that is turned on', { plugins: { bash: true } }],
    ["an unknown key of a plugin's", { plugins: { bash: { option: {} } } }],
    ["an unknown option of a built-in plugin's", { plugins: { sql: { options: { databse: 'x' } } } }],
    ['an option of the wrong type', { plugins: { bash: { options: { statuses: { 4: 99 } } } } }],
    ['an extension without its dot', { plugins: { perl: { package: 'p', extensions: ['pl'] } } }],
    ['a handler that is a number', { handlers: { api: 5 } }],
    ['a handler that runs nothing', { handlers: { api: { each: true } } }],
    ['a source that is not known', { sources: [{ from: 'kafkaesque', run: 'x' }] }],
    ['a warmer without a key', { warmer: { value: 1 } }],
    ['a status that is none', { failOn: 99 }],
  ])('refuses %s, as the host does', (_, config) => {
    expect(faults(config)).not.toEqual([])
  })

  test.each<[string, unknown]>([
    ['a plugin that is turned off', { plugins: { bash: false, sql: null } }],
    ["another plugin's options", { plugins: { perl: { package: 'p', extensions: ['.pl'], options: { any: [1] } } } }],
    ['sections with nothing in them', { plugins: null, handlers: null }],
    ['a handler for each record', { handlers: { worker: { run: 'order', each: { parallel: 4 } } } }],
    ['sources in the short form', { sources: { sqs: 'worker' } }],
    ['a warmer', { warmer: { key: 'source', value: 'serverless-plugin-warmup' } }],
    ['a warmer with its usual value', { warmer: { key: 'warmer' } }],
    ['statuses', { failOn: ['500-599', 404] }],
  ])('takes %s, as the host does', (_, config) => {
    expect(faults(config)).toEqual([])
    expect(checkConfig(config, { label: 'test' } as never)).toBeDefined()
  })
})
