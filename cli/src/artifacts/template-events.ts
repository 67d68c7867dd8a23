import type { Config, SourceConfig } from '@anyhandler/core/host'
import { readRouteKey, routesName } from '@anyhandler/core/host'
import type { TemplateEvent } from './templates/template.ts'

/** A function of a template, before it has a name of its own. */
export interface Wanted {
  readonly handler: string
  readonly events: readonly TemplateEvent[]
}

/** The functions and events of a configuration's tables, and the sources that no template can write. */
export interface WantedFunctions {
  readonly functions: readonly Wanted[]
  readonly left: readonly SourceConfig[]
}

/**
 * One function with all that leads to it; or one for each handler of the tables.
 * @param apart the latter
 */
export function wantedFunctions({ routes = {}, sources = [] }: Config, apart: boolean): WantedFunctions {
  const left = sources.filter((source) => eventOf(source) === undefined)
  const bySource = sources.flatMap((source) => {
    const event = eventOf(source)
    return event ? [{ handler: source.run, event }] : []
  })
  if (!apart) {
    const all: readonly TemplateEvent[] = Object.keys(routes).length > 0 ? [{ from: 'http', id: 'Requests' }] : []
    return {
      functions: [{ handler: routesName, events: unique([...all, ...bySource.map(({ event }) => event)]) }],
      left,
    }
  }
  const byRoute = Object.entries(routes).flatMap(([key, handler]) =>
    routesOf(key).map((route) => ({
      handler,
      event: { from: 'http', id: idOf(route.method, route.path), route } as const,
    })),
  )
  const groups = Map.groupBy([...byRoute, ...bySource], ({ handler }) => handler)
  const functions = [...groups].map(([handler, rows]) => ({ handler, events: unique(rows.map(({ event }) => event)) }))
  return { functions, left }
}

function routesOf(key: string): readonly { readonly method: string; readonly path: string }[] {
  const read = readRouteKey(key)
  return 'problem' in read ? [] : read.methods.map((method) => ({ method, path: read.path }))
}

/**
 * `undefined` for a source whose event a template can only write together with the resource itself, such as a bucket.
 */
function eventOf({
  from,
  run,
  queue,
  stream,
  table,
  topic,
  rule,
  source,
  detailType,
}: SourceConfig): TemplateEvent | undefined {
  switch (from) {
    case 'sqs':
      return withArnOf('sqs', queue ?? run, 'Queue')
    case 'kinesis':
      return withArnOf('kinesis', stream ?? run, 'Stream')
    case 'dynamodb':
      return withArnOf('dynamodb', table ?? run, 'Table')
    case 'sns':
      return withArnOf('sns', topic ?? run, 'Topic')
    case 'schedule':
      return { from, id: idOf(rule ?? run, 'Schedule') }
    case 'eventbridge':
      if (source === undefined && detailType === undefined) return undefined
      return {
        from,
        id: idOf(rule ?? run, 'Rule'),
        pattern: {
          ...(source !== undefined && { source: [source] }),
          ...(detailType !== undefined && { 'detail-type': [detailType] }),
        },
      }
    default:
      return undefined
  }
}

function withArnOf(from: 'sqs' | 'kinesis' | 'dynamodb' | 'sns', name: string, what: string): TemplateEvent {
  const id = idOf(name, what)
  return { from, id, arn: `${id}Arn` }
}

/** `orders-*` and `Queue` → `OrdersQueue`. */
function idOf(...parts: readonly string[]): string {
  const words = parts.flatMap((part) => part.split(/[^A-Za-z0-9]+/)).filter((word) => word !== '')
  const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
  return /^[A-Z]/.test(joined) ? joined : `Event${joined}`
}

/** Two events of one function with the same name would be one; a number tells them apart. */
function unique(events: readonly TemplateEvent[]): readonly TemplateEvent[] {
  const taken = new Set<string>()
  return events.map((event) => {
    let { id } = event
    for (let number = 2; taken.has(id); number++) id = `${event.id}${number}`
    taken.add(id)
    return { ...event, id }
  })
}
