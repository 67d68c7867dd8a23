import type { Finding } from '@anyhandler/core/http'
import type { Served } from '../instances/job.ts'

/**
 * For a browser in the place of a front door's own error, or of an answer that no handler gave: why there is one.
 * @param others the answer that other clients see
 */
export function explanation(
  status: number,
  findings: readonly Finding[],
  served: Served,
  others: string,
  page: string | undefined,
): string {
  const failure = served.failed ? failureOf(served) : undefined
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>${status}: ${escaped(findings[0]?.message ?? 'the function failed')}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem}pre{white-space:pre-wrap;overflow-wrap:anywhere}</style></head>
<body><h1>${status}</h1>
${findings.map(({ message }) => `<p>${escaped(message)}</p>`).join('\n')}
${failure === undefined ? '' : `<pre>${escaped(failure)}</pre>`}
<p>A client on AWS sees ${others} in place of this page.${page === undefined ? '' : ` <a href="${page}">The invocation, with its log</a>.`}</p>
</body></html>
`
}

function failureOf({ body, streamError }: Served): string {
  const text = (streamError?.body ?? body).toString()
  try {
    const { errorType, errorMessage, stackTrace } = JSON.parse(text) as Readonly<Record<string, unknown>>
    return [`${String(errorType)}: ${String(errorMessage)}`, ...(Array.isArray(stackTrace) ? stackTrace : [])].join(
      '\n',
    )
  } catch {
    return text
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
