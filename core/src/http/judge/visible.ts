import type { ProxyKind } from '../../events/kinds.ts'
import { dialects } from '../dialects.ts'
import { Refusal } from './verdict.ts'
import type { JudgeOptions, Pairs, Understood, Verdict, Warn } from './verdict.ts'

/** Applies a front door's changes to a valid answer: default type, base64, limits, names that it renames or ignores. */
export function visible(
  understood: Understood,
  kind: ProxyKind,
  options: JudgeOptions,
  warn: Warn,
): Omit<Verdict, 'findings'> {
  const { title } = dialects[kind]
  checkValues(understood.headers, title)
  checkSize(understood.headers, kind, warn)
  const given = find(understood.headers, 'content-type')
  const type = given ?? defaultTypes[kind]
  const headers = understood.headers.filter(([name]) => !hopByHop.includes(name.toLowerCase()))
  if (given === undefined && type !== undefined) headers.unshift(['content-type', type])
  return {
    status: understood.status,
    headers: kind === 'rest' ? headers.map((header) => remapped(header, warn)) : headers,
    body: bytesOf(understood, kind, type ?? '', options, warn),
  }
}

/** An answer without a content type gets another type behind each front door. */
const defaultTypes: Readonly<Partial<Record<ProxyKind, string>>> = {
  rest: 'application/json',
  'http-1.0': 'text/plain; charset=utf-8',
  http: 'text/plain; charset=utf-8',
  url: 'application/json',
}

/** RFC 9110: headers of one connection only. */
const hopByHop = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']

/** Headers that REST APIs rename. */
const remappedNames = ['authorization', 'date', 'host', 'server', 'www-authenticate']

function remapped([name, value]: readonly [string, string], warn: Warn): readonly [string, string] {
  if (!remappedNames.includes(name.toLowerCase())) return [name, value]
  warn(`REST API sends the header \`${name}\` as \`x-amzn-remapped-${name.toLowerCase()}\``)
  return [`x-amzn-remapped-${name.toLowerCase()}`, value]
}

/** @throws Refusal */
export function checkValues(headers: Pairs, title: string): void {
  for (const [name, value] of headers) {
    if (!/^[-\w!#$%&'*+.^`|~]+$/.test(name))
      throw new Refusal(`${title} refuses the answer because '${name}' can't be the name of a header`)
    if (/[\0-\u0008\u000a-\u001f\u007f]/.test(value))
      throw new Refusal(
        `${title} refuses the answer because the header \`${name}\` holds a line break or another control character`,
      )
  }
}

function checkSize(headers: Pairs, kind: ProxyKind, warn: Warn): void {
  const { title, maxHeaders } = dialects[kind]
  if (maxHeaders === undefined) return
  let size = 0
  for (const [name, value] of headers) size += Buffer.byteLength(name) + Buffer.byteLength(value)
  if (size > maxHeaders)
    warn(
      `${title} cuts at ${maxHeaders.toLocaleString('en')} bytes of headers, and these are ${(size / 1024).toFixed(1)} KB`,
    )
}

function bytesOf(understood: Understood, kind: ProxyKind, type: string, options: JudgeOptions, warn: Warn): Uint8Array {
  const { body, isBase64Encoded } = understood
  if (!isBase64Encoded) return Buffer.from(body)
  if (kind === 'rest' && !isBinary(type, options)) {
    warn(`the type ${type} needs \`binaryMediaTypes\` on a REST API: without it the client gets the base64 text`)
    return Buffer.from(body)
  }
  return Buffer.from(body, 'base64')
}

/** Recorded: only the first type in the client's `Accept` is compared. */
function isBinary(type: string, { binaryTypes = [], accept }: JudgeOptions): boolean {
  if (binaryTypes.includes('*/*')) return true
  const wanted = accept === undefined ? type : (accept.split(',', 1)[0] as string)
  const plain = (wanted.split(';', 1)[0] as string).trim().toLowerCase()
  return binaryTypes.some((binary) => binary.toLowerCase() === plain)
}

function find(headers: Pairs, wanted: string): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1]
}
