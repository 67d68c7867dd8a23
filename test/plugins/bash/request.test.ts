import { describe, expect, it } from 'vitest'
import type { RequestRow } from '../../core/http/requests.ts'
import { eventOf, requestKinds, requestRows } from '../../core/http/requests.ts'
import { sample, samples } from '../../core/events/samples.ts'
import { folder } from '../../support/folder.ts'
import { serve } from './serve.ts'

const parts = ['query', 'header', 'cookie', 'field'] as const

/** What a handler of the row prints, and what it should. */
function questions(row: RequestRow): { readonly script: string; readonly expected: string } {
  const asked = parts.flatMap((part) =>
    Object.entries(row[part] ?? {}).map(([name, value]) => [part, name, value ?? ''] as const),
  )
  const lines = asked.map(
    ([part, name]) => `printf '%s|' "$(${part} '${name}')"; ${part} '${name}' v; printf '%s|\\n' "$v"`,
  )
  const values = asked.map(([, , value]) => `${value}|${value}|\n`)
  return {
    script: `printf '%s %s\\n' "$(method)" "$(path)"\n${lines.join('\n')}\nprintf '['; body; printf ']'\n`,
    expected: `${row.method} ${row.path}\n${values.join('')}[`,
  }
}

async function answer(
  script: string,
  events: readonly Buffer[],
  options: Partial<Parameters<typeof serve>[0]> = {},
): Promise<readonly string[]> {
  return serve({ root: folder({ 'hello.sh': script }), handler: 'hello', ...options }, async ({ invoke }) => {
    const texts: string[] = []
    for (const event of events) {
      const outcome = await invoke(event)
      if (outcome.failed) throw new Error(outcome.text())
      const { body, isBase64Encoded } = JSON.parse(outcome.text()) as { body: string; isBase64Encoded: boolean }
      texts.push(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString('latin1'))
    }
    return texts
  })
}

describe('the request in bash', () => {
  it.each(requestRows.map((row) => [row.name, row] as const))(
    'is the same behind every front door: %s',
    async (_name, row) => {
      const { script, expected } = questions(row)
      const sent = row.request.body ? Buffer.from(row.request.body) : Buffer.alloc(0)
      const whole = Buffer.concat([Buffer.from(expected), sent, Buffer.from(']')]).toString('latin1')
      const texts = await answer(
        `respond 200\n${script}`,
        requestKinds.map((kind) => eventOf(row.request, kind)),
      )
      expect(Object.fromEntries(requestKinds.map((kind, index) => [kind, texts[index]]))).toEqual(
        Object.fromEntries(requestKinds.map((kind) => [kind, whole])),
      )
    },
  )

  it('is empty for any other event', async () => {
    const script = 'set -eu\nx=$(query limit)\nfield a y\nprintf "[%s%s%s]" "$x" "$y" "$(method)$(path)"\nbody\n'
    const names = [...samples.keys()].filter((name) => /^(?:sqs|authorizer|s3|appsync)/.test(name))
    await serve({ root: folder({ 'hello.sh': script }), handler: 'hello' }, async ({ invoke }) => {
      for (const name of names) expect((await invoke(sample(name))).text()).toBe('[]')
    })
  })

  it('has path parameters', async () => {
    const texts = await answer('param slug', [
      sample('rest-path-parameter'),
      sample('http-path-parameter'),
      sample('url'),
    ])
    expect(texts).toEqual(['way\n', 'way\n', ''])
  })

  it('works in functions of a file, under strict, and with IFS, options and variables of the handler’s own', async () => {
    const script = `handler() {
  set -C; set -f; local IFS=: LC_ALL=C
  local path=mine; path other
  echo "$(query limit)$path$other"
}
`
    const root = folder({ 'app.sh': script })
    await serve({ root, handler: 'app.handler', options: { strict: true } }, async ({ invoke }) => {
      for (const name of ['rest', 'http']) expect((await invoke(sample(name))).text()).toContain('20mine/links')
    })
  })

  it('leaves names to handlers, and to programs on the PATH', async () => {
    const script = 'query() { echo "own $1"; }\nquery limit\nfield a\n'
    const root = folder({ 'hello.sh': script, 'bin/field*': '#!/bin/sh\necho "program $1"\n' })
    const environment = { PATH: `${root}/bin:${process.env['PATH']}` }
    await serve({ root, handler: 'hello', environment }, async ({ invoke }) => {
      expect((await invoke(sample('http'))).text()).toContain('own limit\\nprogram a')
    })
    const library = folder({
      'lib.sh': 'limit() { query limit; }\n',
      'app.sh': '. ./lib.sh\nquery() { echo mine; }\nhandler() { limit; }\n',
    })
    await serve({ root: library, handler: 'app.handler' }, async ({ invoke }) => {
      expect((await invoke(sample('http'))).text()).toContain('mine')
    })
  })

  it('reaches files that the handler sources', async () => {
    const root = folder({ 'lib.sh': 'limit() { query limit; }\n', 'hello.sh': '. ./lib.sh\nlimit\n' })
    await serve({ root, handler: 'hello' }, async ({ invoke }) => {
      expect((await invoke(sample('http'))).text()).toContain('"body":"20\\n"')
    })
  })

  it('defines nothing in a handler that names nothing', async () => {
    const root = folder({ 'hello.sh': "declare -F | grep -cE 'qu[e]ry|he[a]der|__ah_requ[e]st' || :\n" })
    await serve({ root, handler: 'hello' }, async ({ invoke }) => expect((await invoke('{}')).text()).toBe('0\n'))
  })

  it('runs no value of a request', async () => {
    const evil = `'; touch ran; echo '$(touch ran)\`touch ran\`"\\`
    const event = eventOf(
      {
        method: 'POST',
        target: `/?q=${encodeURIComponent(evil)}&${encodeURIComponent(evil)}=1`,
        headers: [['cookie', `a=${evil.replaceAll(';', ',')}`]],
        body: Buffer.from(JSON.stringify({ a: evil, [evil]: 1 })),
        time: 0,
      },
      'rest',
    )
    const script = `respond 200\nprintf %s "$(query q)$(field a)"\nls ran 2>/dev/null || :\n`
    expect(await answer(script, [event])).toEqual([`${evil}${evil}`])
  })

  it('asks with a name, and during an event only', async () => {
    const root = folder({ 'app.sh': 'query limit || echo "early $?" >&2\nhandler() { query || echo "status $?"; }\n' })
    await serve({ root, handler: 'app.handler' }, async ({ invoke, records }) => {
      expect((await invoke(sample('http'))).text()).toContain('status 2')
      expect(records.join('')).toContain('query: there is no event yet')
      expect(records.join('')).toContain('query: which one? Give a name, such as query limit')
    })
  })

  it('gives a body of 6 MB', async () => {
    const body = Buffer.alloc(4_400_000, 'line of text\n')
    const event = eventOf(
      { method: 'POST', target: '/', headers: [['content-type', 'text/plain']], body, time: 0 },
      'url',
    )
    const texts = await answer('body | wc -c | tr -d " "\nbody b; printf "%s" "${#b}"\n', [event])
    expect(texts).toEqual(['4400000\n4400000'])
  })

  it('answers a process that asks what it likes', async () => {
    const hostile = `ask() { printf 'ask %d {"what":"%s","pipe":"%s"}\\n' "$__ah_number" "$1" "$2" >"$ANYHANDLER_REPORTS"; }
: >plain; exec 9<>plain
ask request /etc/passwd; ask request "/proc/$BASHPID/fd/9"; ask nothing "/proc/self/fd/0"; ask request /proc/1/fd/0; ask request "/proc/$$/fd/777"
query limit
wc -c <plain
`
    expect(await answer(hostile, [sample('http'), sample('rest')])).toEqual(['20\n0\n', '20\n0\n'])
  })

  it('leaves no descriptor open', async () => {
    await serve(
      { root: folder({ 'hello.sh': 'query limit; body >/dev/null; field a\n' }), handler: 'hello' },
      async ({ invoke }) => {
        const { readdirSync } = await import('node:fs')
        for (let i = 0; i < 5; i++) await invoke(sample('http-post'))
        const before = readdirSync('/proc/self/fd').length
        for (let i = 0; i < 50; i++) await invoke(sample('http-post'))
        expect(readdirSync('/proc/self/fd').length - before).toBeLessThanOrEqual(4)
      },
    )
  })
})
