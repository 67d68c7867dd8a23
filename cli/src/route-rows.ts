import { relative } from 'node:path'
import { findHandlers, HostError } from '@anyhandler/core/host'
import type { Config, Language, SourceConfig } from '@anyhandler/core/host'

/** A row of `routes` or of `sources`, with its handler. */
export interface RouteRow {
  /** `GET /links/{slug}`, `sqs queue=orders-*`. */
  readonly from: string
  /** The handler's name, as the table says it. */
  readonly run: string
  /** Relative to the folder; of a sequence those of all steps. */
  readonly files: readonly string[]
  readonly languages: readonly string[]
  /** It leads to no handler. */
  readonly problem?: string
}

/** The tables of a configuration, in their order. */
export function routeRows(config: Config, languages: readonly Language[], root: string): readonly RouteRow[] {
  const { routes = {}, sources = [], handlers } = config
  const rows = [
    ...Object.entries(routes).map(([from, run]) => ({ from, run })),
    ...sources.map((source) => ({ from: sourceText(source), run: source.run })),
  ]
  return rows.map(({ from, run }) => {
    try {
      const found = findHandlers(run, { taskRoot: root, languages, handlers })
      const files = found.map(({ file, target }) => (file === undefined ? target : relative(root, file)))
      return { from, run, files, languages: [...new Set(found.map(({ plugin }) => plugin))] }
    } catch (error) {
      if (!HostError.is(error)) throw error
      return { from, run, files: [], languages: [], problem: error.problem }
    }
  })
}

function sourceText({ from, run: _run, unwrap, ...filters }: SourceConfig): string {
  const further = Object.entries(filters).map(([name, value]) => `${name}=${value}`)
  return [from, ...further, ...(unwrap ? ['unwrap'] : [])].join(' ')
}
