import { answer } from '../answer.ts'
import type { Answer } from '../answer.ts'

/** The answer to a request without a matching route. @param allowed methods of the path */
export function noRoute(allowed: readonly string[], accept: string | undefined): Answer {
  const statusCode = allowed.length > 0 ? 405 : 404
  const message = statusCode === 405 ? 'Method Not Allowed' : 'Not Found'
  const json = prefersJson(accept)
  return answer({
    body: json ? JSON.stringify({ message }) : `${message}\n`,
    http: {
      statusCode,
      headers: {
        'content-type': json ? 'application/json' : 'text/plain; charset=utf-8',
        ...(allowed.length > 0 && { allow: allowed.join(', ') }),
      },
    },
  })
}

/** True unless `Accept` prefers a text: browsers do, programs don't. */
function prefersJson(accept = '*/*'): boolean {
  let [json, text] = [0, 0]
  for (const range of accept.split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    const quality = Number(parameters.find((one) => one.startsWith('q='))?.slice(2) ?? 1) || 0
    if (type === '*/*' || type === 'application/*' || /^application\/(?:[\w.-]+\+)?json$/.test(type)) {
      json = Math.max(json, quality)
    }
    if (type.startsWith('text/')) text = Math.max(text, quality)
  }
  return json >= text
}
