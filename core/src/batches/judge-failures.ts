import { HostError } from '../errors.ts'
import { kindOf } from '../events/kind-of.ts'
import { isPlainObject } from '../plain-object.ts'
import type { BatchKind } from './batch.ts'
import { takeApart } from './records.ts'
import type { TakenApart } from './records.ts'

/** A finding about a list of failures. */
export interface BatchFinding {
  /**
   * `error`: the whole batch counts as failed. `warning`: records are lost or repeated against the handler's will.
   * `note`: the list works as intended.
   */
  readonly severity: 'error' | 'warning' | 'note'
  /** One sentence. */
  readonly message: string
}

type ListKind = Extract<BatchKind, 'sqs' | 'kinesis' | 'dynamodb' | 'kafka'>
const listKinds: readonly string[] = ['sqs', 'kinesis', 'dynamodb', 'kafka'] satisfies readonly ListKind[]

const form = 'it must be {"batchItemFailures":[{"itemIdentifier":…}]}'

/**
 * Judges how Lambda would use an answer's `batchItemFailures` when partial answers are allowed. The rules come from
 * recordings of the platform (Kinesis and SQS), else from its documentation.
 *
 * @returns nothing for an answer without the key, and for a source without such lists
 */
export function judgeFailures(answer: Uint8Array, event: Uint8Array): readonly BatchFinding[] {
  const kind = kindOf(event)
  if (!listKinds.includes(kind)) return []
  const list = listIn(answer)
  if (list === undefined || list === null) return []
  if (!Array.isArray(list)) return [whole(`batchItemFailures is not a list; ${form}`)]
  const known = knownIn(event, kind as ListKind)
  if (!known) return []
  const { taken, identifiers } = known
  const listed: string[] = []
  for (const [index, item] of (list as readonly unknown[]).entries()) {
    const place = `batchItemFailures[${index}]`
    if (!isPlainObject(item) || !('itemIdentifier' in item)) return [whole(`${place} has no itemIdentifier; ${form}`)]
    const fault = faultOf(item['itemIdentifier'], kind as ListKind)
    if (fault !== undefined) return [whole(`${place}.itemIdentifier ${fault}`)]
    listed.push(canonical(item['itemIdentifier']))
  }
  const unknown = listed.find((identifier) => !identifiers.includes(identifier))
  if (unknown !== undefined) return [whole(`the batch has no record ${unknown}, which batchItemFailures names`)]
  if (listed.length === 0) return []
  return kind === 'sqs'
    ? queueFindings(taken, identifiers, listed)
    : streamFindings(kind as ListKind, identifiers, listed)
}

/** `undefined` for a hand-made event whose records lack the identifiers that a poller needs. */
function knownIn(event: Uint8Array, kind: ListKind) {
  try {
    const taken = takeApart(event, kind)
    return {
      taken,
      identifiers: taken.records.map(({ identity }) => canonical(JSON.parse(identity.identifier) as unknown)),
    }
  } catch (error) {
    if (HostError.is(error)) return undefined
    throw error
  }
}

function listIn(answer: Uint8Array): unknown {
  try {
    const value = JSON.parse(Buffer.from(answer).toString()) as unknown
    return isPlainObject(value) ? value['batchItemFailures'] : undefined
  } catch {
    return undefined
  }
}

function faultOf(identifier: unknown, kind: ListKind): string | undefined {
  if (kind !== 'kafka') {
    if (typeof identifier !== 'string') return `is ${JSON.stringify(identifier)}; it must be text`
    return identifier === '' ? 'is empty' : undefined
  }
  const isPlace = isPlainObject(identifier) && 'partition' in identifier && 'offset' in identifier
  return isPlace ? undefined : 'is not of the form {"partition":"topic-0","offset":42}, which Kafka needs'
}

function canonical(identifier: unknown): string {
  if (!isPlainObject(identifier)) return JSON.stringify(identifier)
  return `${String(identifier['partition'])}, offset ${String(identifier['offset'])}`
}

function whole(problem: string): BatchFinding {
  return { severity: 'error', message: `Lambda treats the whole batch as failed: ${problem}` }
}

function queueFindings(
  { records, groupOf }: TakenApart,
  identifiers: readonly string[],
  listed: readonly string[],
): readonly BatchFinding[] {
  const note = `with ReportBatchItemFailures, Lambda sends ${listed.length} of ${records.length} messages again, and deletes the others`
  const findings: BatchFinding[] = [{ severity: 'note', message: note }]
  const failed = new Set<string>()
  for (const [index, record] of records.entries()) {
    const group = groupOf?.(record)
    if (group === undefined) break
    if (listed.includes(identifiers[index] as string)) failed.add(group)
    else if (failed.has(group)) {
      const message = `message ${identifiers[index]} of the FIFO group '${group}' is not listed, but an earlier one is: their order is lost`
      return [...findings, { severity: 'warning', message: `${message}; list all later ones of the group` }]
    }
  }
  return findings
}

function streamFindings(
  kind: ListKind,
  identifiers: readonly string[],
  listed: readonly string[],
): readonly BatchFinding[] {
  if (kind === 'kafka')
    return [
      { severity: 'note', message: `with ReportBatchItemFailures, Lambda sends these again: ${listed.join('; ')}` },
    ]
  const first = identifiers.findIndex((identifier) => listed.includes(identifier))
  const count = `${identifiers.length - first} of ${identifiers.length} records`
  const message = `with ReportBatchItemFailures, Lambda sends everything from ${identifiers[first]} on again: ${count}`
  return [{ severity: 'note', message }]
}
