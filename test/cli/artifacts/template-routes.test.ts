import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { openProject } from '../../../cli/src/artifacts/project.ts'
import { template } from '../../../cli/src/artifacts/template.ts'
import type { BuildValues } from '../../../cli/src/artifacts/build-options.ts'
import { batchFailures } from '../../../cli/src/doctor/checks/batch-failures.ts'
import type { Examined } from '../../../cli/src/doctor/examined.ts'
import { folder } from '../../support/folder.ts'

const tools = fileURLToPath(new URL('../../../.cache/templates', import.meta.url))

const files = {
  'list.sql': 'SELECT 1;\n',
  'work.sh': 'cat\n',
  'anyhandler.config.yaml': `
routes: { GET /links: list, "GET,POST /links/{slug}": list, "ANY /files/{path+}": work }
sources:
  - { from: sqs, queue: orders-*, run: worker }
  - { from: kinesis, run: work }
  - { from: dynamodb, table: stock, run: work }
  - { from: sns, topic: news, run: work }
  - { from: schedule, rule: nightly, run: work }
  - { from: eventbridge, source: com.example, detailType: Order Placed, run: work }
  - { from: s3, bucket: uploads, run: work }
handlers: { worker: { run: work.sh, each: true } }
`,
}

/**
 * Each kind with its file, how it names a function's handler, and how a mapping says that it reads which records
 * failed.
 */
const kinds = [
  ['sam', 'template.yaml', /Handler: "(.*)"/g, /^ +FunctionResponseTypes: .*\n/m],
  ['serverless', 'serverless.yml', /handler: "(.*)"/g, /^ +functionResponseType: .*\n/m],
  ['terraform', 'anyhandler.tf', /^ {4}(?!Version)\w+ += "(.*)"/gm, /^ +function_response_types .*\n/m],
  ['cdk', 'anyhandler-cdk.mjs', /^ {2}\w+: "(.*)",/gm, /, reportBatchItemFailures: true/],
] as const

async function written(
  kind: (typeof kinds)[number][0],
  file: string,
  flags: Partial<BuildValues> = {},
): Promise<readonly [root: string, text: string]> {
  const root = folder(files)
  const { text } = await template.build({ arch: 'x64', template: kind, out: join(root, file), ...flags }, root)
  expect(text).toContain('The template has no events from s3 for work: add them at their source')
  return [root, readFileSync(join(root, file), 'utf8')]
}

/** What the doctor says of the mappings in a folder. */
async function faults(root: string): Promise<readonly string[]> {
  const found = await batchFailures({ project: await openProject(root) } as Examined)
  return found.map(({ fault }) => fault)
}

const handlersIn = (text: string, pattern: RegExp): readonly (string | undefined)[] =>
  [...text.matchAll(pattern)].map(([, name]) => name)

describe('a template of a function with routes and sources', () => {
  it.each(kinds)(
    'is one function with all events (%s), whose mappings the doctor finds right',
    async (kind, file, pattern, reports) => {
      const [root, text] = await written(kind, file)
      expect(handlersIn(text, pattern)).toEqual(['routes'])
      expect(await faults(root)).toEqual([])
      writeFileSync(join(root, file), text.replace(reports, ''))
      expect(await faults(root)).toEqual([expect.stringMatching(/^line \d+ maps events to a function with each/)])
    },
  )

  it.each(kinds)('is one function for each handler with --per-route (%s)', async (kind, file, pattern, reports) => {
    const [, text] = await written(kind, file, { 'per-route': true })
    expect(handlersIn(text, pattern)).toEqual(['list', 'work', 'worker'])
    expect(text.match(new RegExp(reports, 'gm'))).toHaveLength(3)
  })

  it('names method and path of each route with --per-route', async () => {
    const [, text] = await written('serverless', 'serverless.yml', { 'per-route': true })
    expect(text.match(/httpApi: .*/g)).toEqual([
      'httpApi: "GET /links"',
      'httpApi: "GET /links/{slug}"',
      'httpApi: "POST /links/{slug}"',
      'httpApi: "* /files/{path+}"',
    ])
  })

  it('refuses --per-route without routes and sources', async () => {
    const root = folder({ 'work.sh': '' })
    await expect(template.build({ arch: 'x64', template: 'sam', 'per-route': true }, root)).rejects.toThrow(
      '--per-route needs routes or sources in the configuration',
    )
  })

  it.skipIf(!existsSync(join(tools, '.stamp')))(
    "is what Terraform's language allows",
    async () => {
      const [, hcl] = await written('terraform', 'anyhandler.tf')
      const parse = 'import hcl2, json, sys; print(len(hcl2.load(sys.stdin)["resource"]))'
      const { stdout } = await execa(join(tools, 'python/bin/python'), ['-c', parse], { input: hcl })
      expect(Number(stdout)).toBeGreaterThan(15)
    },
    180_000,
  )
})
