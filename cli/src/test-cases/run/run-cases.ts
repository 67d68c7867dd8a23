import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { compareStep } from '../expect/compare-step.ts'
import type { Difference } from '../expect/difference.ts'
import { filled, unfilled } from '../format/filled.ts'
import type { TestCase, TestStep } from '../format/test-case.ts'
import { localEnvironment } from '../../local-environment.ts'
import type { LocalSettings } from '../../local-environment.ts'
import { tmpOf } from './job.ts'
import type { Job, JobResult, StepResult, WorkerSettings } from './job.ts'
import { WorkerProcess } from './worker.ts'

/** The outcome of a case. */
export interface CaseResult {
  readonly test: TestCase
  readonly status: 'passed' | 'failed' | 'skipped'
  readonly durationMs: number
  /** The differences of the first failing step. */
  readonly differences: readonly Difference[]
  /** That step; the last one when all are. */
  readonly step?: TestStep
  readonly got?: StepResult
  /** All steps, in order. */
  readonly steps: readonly StepResult[]
  /** Why nothing, or not all, could be run. */
  readonly fault?: string
}

export interface RunOptions {
  /** Processes at once; the number of cores when absent. */
  readonly jobs?: number
  readonly environment?: Pick<LocalSettings, 'memory' | 'env' | 'envFile' | 'aws'>
  readonly configFile?: string
  /** Variables that a folder for coverage adds to a function's own. */
  readonly coverage?: CoverageRun
  readonly signal?: AbortSignal
}

export interface CoverageRun {
  variables(folder: string, given: Readonly<Record<string, string>>): Readonly<Record<string, string>>
  /** To be read before it is removed. */
  read(folder: string, results: readonly CaseResult[]): Promise<void>
}

/**
 * Runs cases side by side on worker processes. A process serves one environment after the other: it stays for the cases
 * that share one.
 *
 * @returns the results in the order of the cases; those that an abort left out are missing
 */
export async function runCases(cases: readonly TestCase[], options: RunOptions = {}): Promise<readonly CaseResult[]> {
  const { jobs = availableParallelism() } = options
  const runFolder = mkdtempSync(join(tmpdir(), 'anyhandler-cases-'))
  const results = new Map<TestCase, CaseResult>()
  const note = (result: CaseResult): void => {
    results.set(result.test, result)
  }
  const queue = new Queue(cases.filter(({ skip }) => skip === undefined))
  mkdirSync(coverageOf(runFolder))
  try {
    for (const test of cases)
      if (test.skip !== undefined) note({ test, status: 'skipped', durationMs: 0, differences: [], steps: [] })
    const slots = Array.from({ length: Math.max(1, Math.min(jobs, queue.size)) }, (_, index) =>
      serve(queue, join(runFolder, String(index)), runFolder, options, note),
    )
    await Promise.all(slots)
    if (options.coverage && !options.signal?.aborted)
      await options.coverage.read(coverageOf(runFolder), [...results.values()])
  } finally {
    rmSync(runFolder, { recursive: true, force: true, maxRetries: 3 })
  }
  return cases.flatMap((test) => results.get(test) ?? [])
}

function coverageOf(runFolder: string): string {
  return join(runFolder, 'coverage')
}

/** Cases grouped by the processes that they can share. */
class Queue {
  readonly #groups = new Map<string, TestCase[]>()

  constructor(cases: readonly TestCase[]) {
    for (const test of cases) {
      const key = JSON.stringify([test.root, Object.entries(test.env).toSorted()])
      const group = this.#groups.get(key)
      if (group) group.push(test)
      else this.#groups.set(key, [test])
    }
  }

  get size(): number {
    return [...this.#groups.values()].reduce((sum, group) => sum + group.length, 0)
  }

  /** The next case, of the same group if it has any. */
  take(group: string | undefined): { readonly group: string; readonly test: TestCase } | undefined {
    const largest = [...this.#groups].toSorted(([, a], [, b]) => b.length - a.length)
    const key = group !== undefined && this.#groups.get(group)?.length ? group : largest[0]?.[0]
    const test = key === undefined ? undefined : this.#groups.get(key)?.shift()
    return key === undefined || test === undefined ? undefined : { group: key, test }
  }
}

async function serve(
  queue: Queue,
  folder: string,
  runFolder: string,
  options: RunOptions,
  note: (result: CaseResult) => void,
): Promise<void> {
  let worker: WorkerProcess | undefined
  let group: string | undefined
  let count = 0
  options.signal?.addEventListener('abort', () => worker?.stop())
  try {
    for (;;) {
      const next = options.signal?.aborted ? undefined : queue.take(group)
      if (!next) return
      if (worker && (worker.isGone || next.group !== group)) {
        await worker.end()
        rmSync(join(folder, String(count)), { recursive: true, force: true, maxRetries: 3 })
        worker = undefined
      }
      group = next.group
      const own = worker ? join(folder, String(count)) : join(folder, String(++count))
      mkdirSync(own, { recursive: true })
      const started = performance.now()
      let result: JobResult
      try {
        worker ??= new WorkerProcess(settingsOf(next.test, own, runFolder, options))
        result = await worker.run(jobOf(filled(next.test, tmpOf(own))))
      } catch (error) {
        // The others still run.
        result = { steps: [], fault: `the case can't be run: ${(error as Error).message}`, stuck: true }
      }
      if (options.signal?.aborted) return
      note(resultOf(next.test, unfilled(result, tmpOf(own)), performance.now() - started))
    }
  } finally {
    await worker?.end()
  }
}

function settingsOf(test: TestCase, folder: string, runFolder: string, options: RunOptions): WorkerSettings {
  const { environment = {}, configFile } = options
  const local = localEnvironment({ root: test.root, caller: process.env, ...environment })
  const own = Object.entries({ ...local.variables, ...filled(test.env, tmpOf(folder)) })
  const { functionArn } = local
  const given = Object.fromEntries(own.filter((entry): entry is [string, string] => entry[1] !== null))
  return {
    root: test.root,
    folder,
    runFolder,
    variables: {
      ...given,
      ...options.coverage?.variables(coverageOf(runFolder), given),
      TMPDIR: tmpOf(folder),
    },
    ...(configFile !== undefined && { configFile }),
    ...(functionArn !== undefined && { functionArn }),
  }
}

/** The data of a case for a worker. */
function jobOf({ files, database, timeoutMs, worker, steps }: TestCase): Job {
  return {
    files,
    ...(database && { database }),
    timeoutMs,
    shared: worker === 'shared',
    steps: steps.map(({ handler, event, expect }) => ({
      handler,
      event,
      files: [...new Set([...Object.keys(expect.files ?? {}), ...Object.keys(expect['files contain'] ?? {})])],
      queries: Object.keys(expect.query ?? {}),
    })),
  }
}

function resultOf(test: TestCase, { steps, fault }: JobResult, durationMs: number): CaseResult {
  const about = { test, durationMs, steps }
  for (const [index, got] of steps.entries()) {
    const step = test.steps[index] as TestStep
    const differences = compareStep(step, got)
    if (differences.length > 0) return { ...about, status: 'failed', differences, step, got }
  }
  const [step, got] = [test.steps[Math.min(steps.length, test.steps.length) - 1], steps.at(-1)]
  const last = { ...(step && { step }), ...(got && { got }) }
  if (fault !== undefined) return { ...about, ...last, status: 'failed', differences: [], fault }
  return { ...about, ...last, status: 'passed', differences: [] }
}
