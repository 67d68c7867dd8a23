import type { InvocationRecord, Summary } from '../src/records/record.ts'

/** The token of this start of the server; requests that change something need it. */
const token = document.querySelector<HTMLMetaElement>('meta[name=anyhandler-token]')?.content ?? ''

/** The server's refusal of a request, as one sentence. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
}

/** @throws RequestError */
async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(`api/${path}`, init).catch(() => {
    throw new RequestError('The server does not answer. Does `anyhandler dev` still run?')
  })
  if (response.ok) return response
  const { message } = (await response.json().catch(() => ({}))) as { message?: string }
  throw new RequestError(message ?? `The server answers ${response.status}.`)
}

async function post<T>(path: string, fields: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json', 'x-anyhandler-token': token }
  return (await ask(path, { method: 'POST', headers, body: JSON.stringify(fields) })).json() as Promise<T>
}

export async function invocations(): Promise<readonly Summary[]> {
  return ((await (await ask('invocations?limit=200')).json()) as { invocations: Summary[] }).invocations
}

export async function invocation(id: string): Promise<InvocationRecord> {
  return (await ask(`invocations/${encodeURIComponent(id)}`)).json() as Promise<InvocationRecord>
}

export async function sampleNames(): Promise<readonly string[]> {
  const { samples } = (await (await ask('samples')).json()) as { samples: { name: string }[] }
  return samples.map(({ name }) => name)
}

/** The sample event, indented. */
export async function sample(name: string): Promise<string> {
  return JSON.stringify(await (await ask(`samples/${encodeURIComponent(name)}`)).json(), undefined, 2)
}

export async function forgetAll(): Promise<void> {
  await ask('invocations', { method: 'DELETE', headers: { 'x-anyhandler-token': token } })
}

/** An event for a function. */
export interface EventToSend {
  readonly function: string
  readonly event: unknown
  readonly type: 'RequestResponse' | 'Event'
}

/** A request for a front door. */
export interface RequestToSend {
  readonly function?: string
  readonly method: string
  readonly target: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body?: string
  readonly bodyBase64?: string
  readonly as: string
}

/** @returns the invocation's id */
export async function sendEvent(event: EventToSend): Promise<string> {
  return (await post<{ id: string }>('invoke', event)).id
}

/** @returns the invocation's id */
export async function sendRequest(request: RequestToSend): Promise<string> {
  return (await post<{ id: string }>('http', request)).id
}

/** Makes a test case of an invocation. @returns the file and name of the case */
export function saveCase(id: string): Promise<{ readonly file: string; readonly name: string }> {
  return post('cases', { id })
}
