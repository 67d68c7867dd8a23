import type { RequestKind } from '@anyhandler/core/http'
import type { Exchange } from '../server/exchange.ts'
import type { Functions } from '../functions/functions.ts'
import { AnswerSink } from './answer-sink.ts'
import type { Front } from './front.ts'
import { wayOf } from './way.ts'

/** Lambda's own limit for an event; a REST API takes 10 MB, of which a function can't get more than this either. */
const mostBytes = 6 * 1024 * 1024

/** Paths that a browser requests by itself: they start no function unless it has routes. */
const browserFiles = ['/favicon.ico', '/apple-touch-icon.png', '/.well-known/appspecific/com.chrome.devtools.json']

/** A client's request. */
export async function handleFront(
  exchange: Exchange,
  functions: Functions,
  front: Front,
  kind: RequestKind,
  page: string | undefined,
): Promise<void> {
  const { request, method, target, headers } = exchange
  if (functions.front === undefined && browserFiles.includes(exchange.path)) return exchange.text(404, 'Not Found')
  const way = await wayOf(target, functions)
  if (!way) return refuseUnknown(exchange, functions, page)
  const body = await exchange.body(mostBytes)
  if (!body) return exchange.json(413, { message: 'Request Too Long' })
  const sourceIp = request.socket.remoteAddress?.replace(/^::ffff:/, '')
  front.send(
    way.one,
    { method, target: way.target, headers, body, kind, via: 'http', ...(sourceIp !== undefined && { sourceIp }) },
    new AnswerSink(exchange.response),
  )
}

function refuseUnknown(exchange: Exchange, functions: Functions, page: string | undefined): void {
  const names = functions.names
  const message =
    names.length === 0
      ? 'this folder has no handler yet; write one, such as hello.sh, and try again'
      : `no handler answers ${exchange.path}; without routes the path begins with its name: ${names.map((name) => `/${name}`).join(', ')}`
  if (!exchange.header('accept')?.includes('text/html')) return exchange.json(404, { message })
  const links = names.map((name) => `<li><a href="/${encodeURI(name)}/">/${escaped(name)}/</a></li>`).join('')
  const more = page === undefined ? '' : `<p><a href="${page}">What happens here</a></p>`
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>404</title><body><p>${escaped(message)}</p><ul>${links}</ul>${more}</body></html>\n`
  exchange.reply(404, [['content-type', 'text/html; charset=utf-8']], html)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
