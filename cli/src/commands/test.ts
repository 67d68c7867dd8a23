import { relative, resolve } from 'node:path'
import type { Parsed } from '../command-line/command.ts'
import type { test as table } from '../flags/test.ts'
import { environmentSettings } from '../invoke/environment-flags.ts'
import { openRoot } from '../root.ts'

export async function test({ values, operands }: Parsed<typeof table>): Promise<number> {
  const [dir, ...filters] = operands
  const folder = openRoot(dir, 'DIR')
  const session = {
    folder,
    filters,
    shown: relative(process.cwd(), folder) || '.',
    reporter: values.reporter ?? (values.json === true ? 'json' : 'pretty'),
    isUpdate: values.update === true,
    hasCoverage: values.coverage === true,
    output: values.output,
    ...readRun(values),
  }
  const { from: records = [] } = values
  if (records.length > 0) return addCases(folder, records)
  const { runOnce } = await import('../test-cases/session.ts')
  if (values.watch !== true) return runOnce(session)
  const { watch } = await import('../test-cases/watch.ts')
  return watch(session)
}

async function addCases(folder: string, records: readonly string[]): Promise<number> {
  const [{ readRecord }, { saveCase }] = await Promise.all([
    import('../records/record.ts'),
    import('../test-cases/from-record.ts'),
  ])
  for (const file of records) {
    const saved = saveCase(folder, readRecord(file))
    process.stdout.write(`${relative(process.cwd(), saved.file)}: ${saved.name}\n`)
  }
  return 0
}

function readRun(values: Parsed<typeof table>['values']) {
  const { config, jobs } = values
  return {
    run: {
      environment: environmentSettings(values),
      ...(config !== undefined && { configFile: resolve(config) }),
      ...(jobs !== undefined && { jobs }),
    },
  }
}
