import { deed } from '../attack.ts'
import type { Attack, Step } from '../attack.ts'

const endless = `with recursive c(x) as (select 1 union all select x + 1 from c where event('$.go') = 1 or x < 3) select count(*) n from c;`
/** The process that replaces itself needs its time on a busy machine. */
const fine: Step = { event: '{}', answer: 'response {"n":3}', timeout: 20_000 }
const hang: Step = { event: '{"go":1}', answer: /^error Function\.Timeout/, timeout: 1_000 }
const sql = { files: { 'q.sql': endless }, handler: 'q', first: fine } as const

/** What arrives with events, and the process that replaces itself (B6, B10, B11, B12). */
export const platform: readonly Attack[] = [
  { ...sql, name: 'B6 an endless query (sql)', steps: [hang, fine, hang, fine] },
  {
    ...sql,
    name: 'B11 events while the process replaces itself, four at a time (sql)',
    env: { AWS_LAMBDA_MAX_CONCURRENCY: '4' },
    api: { concurrency: 4 },
    steps: [
      { ...hang, together: true },
      { ...fine, together: true, times: 150, after: 8 },
    ],
  },
  {
    ...sql,
    name: 'B12 an endless query with the extension (sql)',
    env: { ANYHANDLER_EXTENSION: '1' },
    steps: [hang, fine],
  },
  ...['\x7f', '\x01', '\x0b', '\x1b'].map((character) =>
    deed('bash', `B10 the character ${character.charCodeAt(0)} in the client context`, ':', {
      onTheWire: ['@', character],
      steps: [
        {
          event: '"last"',
          answer: /^(response fine\n|error Runtime\.)/,
          options: { clientContext: '{"custom":{"a":"x@y"}}' },
        },
        { event: '"last"', answer: 'response fine\n' },
      ],
    }),
  ),
  deed('python', 'B10 a control character in the trace id', 'pass', {
    onTheWire: ['@', '\x02'],
    steps: [
      { event: '"last"', answer: /^(response "fine"|error Runtime\.)/, options: { traceId: 'Root=1@2' } },
      { event: '"last"', answer: 'response "fine"' },
    ],
  }),
  deed('bash', 'a log that floods', 'head -c 50000000 /dev/zero | tr "\\0" x >&2', { timeout: 20_000 }),
  deed('bash', 'B19 SIGTERM while a file is being loaded', ':', {
    more: 'sleep 5',
    first: undefined as never,
    steps: [],
    terminateAfter: 200,
  }),
  deed('function', 'B19 SIGTERM while a file is being loaded', ':', {
    more: 'sleep 5',
    first: undefined as never,
    steps: [],
    terminateAfter: 200,
  }),
  deed('python', 'B19 SIGTERM while a module is being imported', 'pass', {
    more: 'time.sleep(5)',
    first: undefined as never,
    steps: [],
    terminateAfter: 200,
  }),
  deed('python', 'B19 the same, and the module ignores it', 'pass', {
    more: 'signal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(5)',
    first: undefined as never,
    steps: [],
    terminateAfter: 200,
  }),
]
