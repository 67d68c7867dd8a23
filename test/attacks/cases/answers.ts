import { deed, deeds } from '../attack.ts'
import type { Attack } from '../attack.ts'

const tooLarge = /^error Function\.ResponseSizeTooLarge .*exceeded maximum allowed payload size \(6291556 bytes\)/

/** Answers that can't be answers (B1, B7, B15, B16, B19). */
export const answers: readonly Attack[] = [
  ...[
    '{"contentType": "text/plain\\n"}',
    '{"headers": 5}',
    '{"statusCode": "many"}',
    '{"cookies": 5}',
    '{"unknown": 1}',
  ].map((head) =>
    deed('python', `B1 a stream that begins with ${head}`, 'return stream()', {
      more: `def stream():\n    yield ${head}\n    yield "x"`,
      answer: /^error (Runtime\.MarshalError|Function\.InvalidAnswer)/,
    }),
  ),
  deed('python', 'B1 a stream that never ends', 'return stream()', {
    more: 'def stream():\n    while True:\n        yield "x"\n        time.sleep(0.01)',
    answer: /^(response|error)/,
    timeout: 800,
  }),
  deed('python', 'B1 a stream whose clean-up never ends', 'return stream()', {
    more: 'def stream():\n    try:\n        yield {"contentType": "a\\nb"}\n        yield "x"\n    finally:\n        time.sleep(1000)',
    answer: /^error /,
    timeout: 800,
  }),
  deed(
    'bash',
    'B1 a content type with a newline',
    `printf 'head {"contentType":"a\\\\nb","stream":true}\\n' >"$ANYHANDLER_REPORTS"; sleep 0.05`,
    { answer: /^error Function\.InvalidAnswer/ },
  ),
  deed('perl', 'B1 an exception that is an object', 'die { a => 1 };', { answer: /^error / }),

  deed('bash', 'B7 output without end', 'exec yes', { answer: tooLarge, timeout: 20_000 }),
  deed('function', 'B7 output without end', 'yes', { answer: tooLarge, timeout: 20_000 }),
  deed('executable', 'B7 output without end', 'exec yes', { answer: tooLarge, timeout: 20_000 }),
  deed('executable', 'B7 output without end by a child', 'setsid yes & sleep 100', {
    answer: tooLarge,
    timeout: 20_000,
  }),
  deed('bash', 'B7 output without end on descriptor 3', 'yes >&3', { answer: tooLarge, timeout: 20_000 }),
  deed('bash', 'B7 output without end on both', 'yes >&3 & yes', {
    answer: tooLarge,
    slow: 'a flood of log',
    timeout: 20_000,
  }),
  deed('bash', 'B7 one byte too many', 'head -c 6291552 /dev/zero | tr "\\0" x', { answer: tooLarge, timeout: 20_000 }),
  deed('bash', 'B7 as much as goes', 'head -c 6291551 /dev/zero | tr "\\0" x', {
    answer: `response ${'x'.repeat(6_291_551)}fine\n`,
    timeout: 20_000,
  }),
  deed('bash', 'B7 a long log is no answer', 'head -c 30000000 /dev/zero | tr "\\0" x | fold -w 100 >&2', {
    slow: 'a flood of log',
    timeout: 20_000,
  }),
  ...deeds(['bash', 'executable'], 'B7 empty lines without end in the log', 'yes "" >&2', {
    answer: /^error Function\.Timeout/,
    slow: 'a flood of log',
    timeout: 1_500,
  }),
  deed('python', 'B7 empty lines without end in the log', 'while True: os.write(1, b"\\n" * 60_000)', {
    answer: /^error Function\.Timeout/,
    slow: 'a flood of log',
    timeout: 1_500,
  }),
  deed('bash', 'B7 200 MB streamed', 'stream; head -c 200000000 /dev/zero', {
    steps: [
      { event: '"go"', answer: /^response /, options: { keepBody: false, timeout: 40_000 } },
      { event: '"slow"', answer: 'response fine\n' },
    ],
  }),
  {
    name: 'B7 rows without end (sql)',
    files: {
      'q.sql': `with recursive c(x) as (select 1 union all select x + 1 from c where event('$') = 'go') select x, 'some text' t from c;`,
    },
    handler: 'q',
    first: { event: '"first"', answer: /^response / },
    steps: [
      { event: '"go"', answer: tooLarge, timeout: 20_000 },
      { event: '"last"', answer: /^response / },
    ],
  },
  deed('python', 'B7 an answer of 7 MB', 'return "x" * 7_000_000', { answer: /^error / }),
  deed('python', 'B7 memory', 'x = []\nwhile True: x.append(bytearray(10_000_000))', {
    answer: /^error (MemoryError|Runtime\.ExitError|Function\.Timeout)/,
    timeout: 3_000,
    more: 'import resource\nresource.setrlimit(resource.RLIMIT_AS, (600_000_000, resource.RLIM_INFINITY))',
  }),

  deed(
    'python',
    'B15 a fork in native code answers',
    `import ctypes
if ctypes.CDLL(None).fork() == 0:
    time.sleep(0.03)
    return "CHILD"`,
  ),
  deed('python', 'B15 os.fork returns twice', `if os.fork() == 0: return "CHILD"`),
  deed('python', 'B15 os.fork and an error', `if os.fork() == 0: raise ValueError("CHILD")`),
  deed(
    'python',
    'B15 multiprocessing',
    `import multiprocessing
worker = multiprocessing.get_context("fork").Process(target=sys.exit)
worker.start()
worker.join()`,
  ),
  deed('perl', 'B15 a fork answers', `if (!fork) { select(undef, undef, undef, 0.03); return 'CHILD' }`),

  deed('python', 'B16 a nested identity', '', {
    steps: [
      {
        event: '"last"',
        answer: /^error Runtime\.LambdaContextUnmarshalError/,
        options: { identity: `${'['.repeat(10_000)}${']'.repeat(10_000)}` },
      },
      {
        event: '"last"',
        answer: /^error Runtime\.LambdaContextUnmarshalError/,
        options: { clientContext: `{"w3c":${'['.repeat(10_000)}${']'.repeat(10_000)}}` },
      },
      { event: '"last"', answer: 'response "fine"' },
    ],
  }),
  deed('bash', 'B16 an event of 10,000 nested arrays', ':', {
    steps: [{ event: `${'['.repeat(10_000)}${']'.repeat(10_000)}`, answer: 'response fine\n' }],
  }),
  deed('python', 'B16 an event that is nested too deeply', '', {
    steps: [
      {
        event: `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`,
        answer: /^error Runtime\.(UnmarshalError|ExitError)/,
      },
      { event: '"last"', answer: 'response "fine"' },
    ],
  }),
  deed('python', 'an answer that is nested too deeply', 'x = []\nfor _ in range(100_000): x = [x]\nreturn x', {
    answer: /^error Runtime\.MarshalError/,
  }),
  deed('python', 'an answer that holds itself', 'x = []\nx.append(x)\nreturn x', {
    answer: /^error Runtime\.MarshalError/,
  }),
  deed(
    'python',
    'an exception whose text fails',
    `class Bad(Exception):
    def __str__(self): raise Bad()
raise Bad()`,
    { answer: /^error / },
  ),
  deed('python', 'sys.exit', 'sys.exit(0)', { answer: /^error Runtime\.ExitError/ }),
  deed('python', 'KeyboardInterrupt', 'raise KeyboardInterrupt', { answer: /^error / }),
  deed('python', 'endless recursion', 'return go()', { answer: /^error RecursionError/ }),

  deed('bash', 'B19 the driver’s signal without an answer', 'builtin kill -47 $BASHPID', {
    answer: /^(response|error)/,
    timeout: 2_000,
  }),
  deed('bash', 'B19 the driver’s signal by a program', '/bin/kill -47 $BASHPID; sleep 1', {
    answer: /^(response|error)/,
    timeout: 2_000,
  }),
  {
    ...deed('bash', 'B19 SIGKILL as the last command', '/bin/kill -9 $$'),
    files: { 'app.sh': `[[ $1 == '"go"' ]] || exit 0\n/bin/kill -9 $$\n` },
    first: { event: '"first"', answer: 'response ' },
    steps: [1, 2, 3, 4, 5, 6, 7, 8].flatMap(() => [
      { event: '"go"', answer: /^error Runtime\.ExitError/ },
      { event: '"last"', answer: 'response ' },
    ]),
  },
  deed(
    'bash',
    'B19 cookies as a text',
    `printf 'head {"http":{"cookies":"a=b"}}\\n' >"$ANYHANDLER_REPORTS"; sleep 0.05`,
    { answer: /^error Function\.InvalidAnswer/ },
  ),
  deed('python', 'B19 cookies as a text in a stream', 'return stream()', {
    more: 'def stream():\n    yield {"statusCode": 200, "cookies": "a=b"}\n    yield "x"',
    answer: /^error (Function\.InvalidAnswer|Runtime\.MarshalError)/,
  }),
  deed('bash', 'B19 a last command that is killed', 'sh -c "kill -9 \\$\\$"; exit $?', {
    answer: /^error Function\.(Signal|ExitStatus)/,
  }),
  deed(
    'bash',
    'builtins as functions',
    'printf() { :; }; read() { :; }; kill() { :; }; exec() { :; }; wait() { :; }; source() { :; }; builtin() { :; }',
    { answer: /^(response|error)/ },
  ),
  deed(
    'bash',
    'options and variables',
    'set -efuxC -o posix; IFS=x; PATH=; TMOUT=1; readonly __ah_status=1 TMPDIR; shopt -s extdebug failglob nullglob',
    { answer: /^(response|error)/ },
  ),
  deed(
    'function',
    'options and variables',
    'set -efu; IFS=x; PATH=; LC_ALL=C; unset HOME TMPDIR ANYHANDLER_REPORTS; shopt -s extdebug',
    { answer: /^(response|error)/ },
  ),
  ...deeds(['bash', 'function'], 'a trap on EXIT that never ends', 'trap "sleep 1000" EXIT', {
    answer: /^(response|error)/,
    timeout: 800,
  }),
  deed('bash', 'exec of another program', 'exec true', { answer: 'response ' }),
]
