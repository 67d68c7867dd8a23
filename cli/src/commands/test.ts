import { relative, resolve } from 'node:path'
import { textOf, textsOf, UsageError } from '../command.ts'
import type { Command, Values } from '../command.ts'
import { environmentOptions, environmentSettings } from '../invoke/environment-flags.ts'
import { openRoot } from '../root.ts'

const help = `Usage: anyhandler test [DIR] [FILTER]... [--update] [--watch] [--coverage] [--reporter pretty|json|junit|tap] [--output FILE]
                       [--jobs N] [--config FILE] [--env NAME=VALUE]... [--env-file FILE] [--memory MIB] [--no-aws-env]

Runs the cases in *.case.yaml below a folder: events and requests, and what must come of them. docs/testing-handlers.md
tells how they are written.

  DIR               the handlers' folder; the working directory when absent
  FILTER            runs only what it names: a part of a file's path or of a case's name, or create.case.yaml:12
  --update          writes what came into the case files: for what is expected exactly, and where nothing is
  --watch           runs again what a changed file may change
  --coverage        tells which lines of Python, commands of bash and statements of SQL the cases have run
  --reporter NAME   pretty, json, junit or tap; pretty when absent. --json is short for json
  --output FILE     writes the report there in place of standard output
  --jobs N          processes at once; the number of cores when absent
  --from RECORD     adds a case made of a record (anyhandler dev --record) to HANDLER.case.yaml, and runs nothing
  --config FILE, --env NAME=VALUE, --env-file FILE, --memory MIB, --no-aws-env
                    as for anyhandler invoke; the env of a case goes over them

Exit code: 0; 1 when a case failed; 2 for wrong usage, a case file that can't be used, or no case at all.
`

const reporters = ['pretty', 'json', 'junit', 'tap'] as const
type ReporterName = (typeof reporters)[number]

export const test: Command = {
  name: 'test',
  summary: 'runs the cases beside the handlers',
  help,
  options: {
    update: { type: 'boolean' },
    watch: { type: 'boolean' },
    coverage: { type: 'boolean' },
    reporter: { type: 'string' },
    json: { type: 'boolean' },
    output: { type: 'string' },
    jobs: { type: 'string' },
    from: { type: 'string', multiple: true },
    config: { type: 'string' },
    ...environmentOptions,
  },
  operands: ['[DIR]', '[FILTER]...'],
  async run(values, operands) {
    const [dir, ...filters] = operands
    const folder = openRoot(dir, 'DIR')
    const session = {
      folder,
      filters,
      shown: relative(process.cwd(), folder) || '.',
      reporter: readReporter(values),
      isUpdate: values['update'] === true,
      hasCoverage: values['coverage'] === true,
      output: textOf(values, 'output'),
      ...readRun(values),
    }
    const records = textsOf(values, 'from')
    if (records.length > 0) return addCases(folder, records)
    const { runOnce } = await import('../test-cases/session.ts')
    if (values['watch'] !== true) return runOnce(session)
    const { watch } = await import('../test-cases/watch.ts')
    return watch(session)
  },
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

function readReporter(values: Values): ReporterName {
  const name = textOf(values, 'reporter') ?? (values['json'] === true ? 'json' : 'pretty')
  const known = reporters.find((one) => one === name)
  if (known) return known
  throw new UsageError(`--reporter ${name} is none of ${reporters.join(', ')}`)
}

function readRun(values: Values) {
  const configFile = textOf(values, 'config')
  const jobs = textOf(values, 'jobs')
  const count = Number(jobs)
  if (jobs !== undefined && !(Number.isInteger(count) && count > 0 && count <= 64))
    throw new UsageError(`--jobs ${jobs} is not a whole number from 1 to 64`)
  return {
    run: {
      environment: environmentSettings(values),
      ...(configFile !== undefined && { configFile: resolve(configFile) }),
      ...(jobs !== undefined && { jobs: count }),
    },
  }
}
