import type { InvocationRecord } from '../src/records/record.ts'
import { RequestError, sendEvent, sendRequest } from './api.ts'

/** The content of the form. */
export interface Draft {
  readonly mode: 'http' | 'event'
  /** If empty, the front door finds the function by the path. */
  readonly function: string
  readonly method: string
  readonly target: string
  /** `name: value` lines. */
  readonly headers: string
  readonly body: string
  /** The front door; if empty, the server's own. */
  readonly as: string
  /** JSON text. */
  readonly event: string
  readonly type: 'RequestResponse' | 'Event'
}

export const emptyDraft: Draft = {
  mode: 'http',
  function: '',
  method: 'GET',
  target: '/',
  headers: '',
  body: '',
  as: '',
  event: '{}',
  type: 'RequestResponse',
}

export const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const

/** @returns the invocation's id. @throws RequestError with a sentence for the form. */
export async function send(draft: Draft, ownDoor: string): Promise<string> {
  if (draft.mode === 'event') {
    if (draft.function === '') throw new RequestError('Choose the function that gets the event.')
    return sendEvent({ function: draft.function, event: parsed(draft.event), type: draft.type })
  }
  return sendRequest({
    ...(draft.function !== '' && { function: draft.function }),
    method: draft.method,
    target: draft.target,
    headers: headersOf(draft.headers),
    ...(draft.body !== '' && { body: draft.body }),
    as: draft.as || ownDoor,
  })
}

/** The content of the form that would send the same event again. */
export function draftOf({ request, function: name, event, type }: InvocationRecord): Draft {
  if (!request)
    return {
      ...emptyDraft,
      mode: 'event',
      function: name,
      event: event.text ?? '',
      type: type === 'Event' ? type : 'RequestResponse',
    }
  return {
    ...emptyDraft,
    function: name,
    method: request.method,
    target: request.target,
    // The client sets these itself.
    headers: request.headers
      .filter(([key]) => !/^(host|content-length|connection|transfer-encoding)$/i.test(key))
      .map(([key, value]) => `${key}: ${value}`)
      .join('\n'),
    body: request.body.text ?? '',
    as: request.as,
  }
}

/** The reason why the invocation can't be sent again from its record, as a sentence. */
export function whyNotAgain({ request, event }: InvocationRecord): string | undefined {
  const { truncated, text } = request?.body ?? event
  if (truncated) return 'Only the beginning of it was kept: it is too large to send again from here.'
  return text === undefined ? 'It is not text: send it again with your own client.' : undefined
}

function headersOf(lines: string): readonly (readonly [string, string])[] {
  return lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const colon = line.indexOf(':')
      if (colon < 1) throw new RequestError(`The header line "${line}" has no colon; write name: value.`)
      return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()] as const
    })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new RequestError(`The event is no JSON: ${(error as Error).message}.`)
  }
}
