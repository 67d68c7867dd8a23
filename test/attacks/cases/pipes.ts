import { deed } from '../attack.ts'
import type { Attack } from '../attack.ts'

const evil = 'while :; do echo EVIL; sleep 0.005; done'
const thief = 'while :; do cat | sed s/^/STOLEN:/; sleep 0.001; done'
/** An executable in Python, whose subprocesses close what they aren't given. */
const tool = (popen: string, more = ''): Readonly<Record<string, string>> => ({
  'tool*': `#!/usr/bin/env python3
import os, subprocess, sys, time
event = sys.stdin.read()
if event == '"go"':
    ${popen}
if event == '"slow"': time.sleep(0.08)
${more}
print("fine")
`,
})
const events = (content: string): string => content.padEnd(2_000_000)
const count = (event: string, bytes: number): { readonly event: string; readonly answer: string } => ({
  event,
  answer: `response ${bytes}\n`,
})

const zs = `response ${'z'.repeat(3_000_000)}`

const flags = `#!/bin/bash
case $(head -c 5) in
  in) python3 -c 'import os; os.set_blocking(0, False)' ;;
  out) python3 -c 'import os; os.set_blocking(1, False); os.set_blocking(2, False)' ;;
  size) python3 -c 'import fcntl
for fd in (0, 1, 2): fcntl.fcntl(fd, 1031, 4096)' ;;
esac
`

/** What is left in the pipes, or holds them (B4, B5). */
export const pipes: readonly Attack[] = [
  deed('executable', 'B4 a process that writes results for ever', '', {
    files: tool(`subprocess.Popen(["sh", "-c", "${evil}"], start_new_session=True)`),
    answer: /^response (EVIL\n)*fine\n(EVIL\n)*$/,
  }),
  deed('executable', 'B4 the same without an environment', '', {
    files: tool(`subprocess.Popen(["sh", "-c", "${evil}"], start_new_session=True, env={"PATH": "/usr/bin:/bin"})`),
    answer: /^response (EVIL\n)*fine\n(EVIL\n)*$/,
  }),
  deed('executable', 'B4 a process that reads later events', '', {
    files: tool(`subprocess.Popen(["sh", "-c", "${thief}"], start_new_session=True)`),
    answer: /^response /,
  }),
  deed('executable', 'B4 the same without an environment', '', {
    files: tool(`subprocess.Popen(["sh", "-c", "${thief}"], start_new_session=True, env={"PATH": "/usr/bin:/bin"})`),
    answer: /^response /,
  }),
  deed('bash', 'B4 a process that writes results for ever', `setsid sh -c '${evil}' &`, {
    answer: /^response (EVIL\n)*fine\n(EVIL\n)*$/,
  }),
  deed('function', 'B4 the same without an environment', `env -i setsid sh -c '${evil}' &`, {
    answer: /^response (EVIL\n)*fine\n(EVIL\n)*$/,
  }),
  deed('bash', 'B4 a process that reads later events', `setsid sh -c '${thief}' <&0 &`, { answer: /^response / }),
  deed(
    'bash',
    'B4 a process that opens the driver’s pipes by path',
    `setsid sh -c 'for fd in /proc/'$$'/fd/*; do (exec 2>/dev/null; while :; do echo EVIL >$fd; sleep 0.01; done) & done; sleep 1000' & sleep 0.1`,
    {
      answer: /./,
      timeout: 3_000,
    },
  ),
  deed(
    'python',
    'B4 a process that writes logs for ever',
    `subprocess.Popen(["sh", "-c", "${evil}"], start_new_session=True)`,
  ),

  ...(['in', 'out', 'size'] as const).map((what): Attack => ({
    name: `B5 ${{ in: 'O_NONBLOCK on standard input', out: 'O_NONBLOCK on outputs', size: 'the sizes of pipes' }[what]} (executable)`,
    files: { 'tool*': `${flags}cat | wc -c\n` },
    handler: 'tool',
    first: count('     ', 0),
    steps: [
      count(events('     '), 1_999_995),
      { event: what.padEnd(5), answer: 'response 0\n' },
      count(events('     '), 1_999_995),
      count(events('     '), 1_999_995),
    ],
  })),
  ...(['in', 'out', 'size'] as const).map((what): Attack => ({
    name: `B5 a large answer after ${what} (bash)`,
    files: { 'app.sh': `${flags.replace('#!/bin/bash\n', '')}head -c 3000000 /dev/zero | tr '\\0' z\n` },
    handler: 'app',
    first: { event: '     ', answer: zs },
    steps: [
      { event: what.padEnd(5), answer: zs },
      { event: '     ', answer: zs, times: 2 },
    ],
  })),
  ...(
    [
      'os.set_blocking(1, False); os.set_blocking(2, False)',
      'subprocess.run(["python3", "-c", "import os; os.set_blocking(1, False)"])',
      'os.set_blocking(1, False); os.close(2)',
    ] as const
  ).map((code) =>
    deed('python', `B5 O_NONBLOCK on outputs: ${code}`, code, {
      steps: [
        { event: '"go"', answer: 'response "fine"' },
        { event: '"print"', answer: 'response 3000000', times: 2 },
      ],
      files: {
        'app.py': `import os, subprocess, sys\ndef handler(event, context):\n    if event == "go":\n        ${code}\n    if event == "print":\n        return os.write(1, b"x" * 2999999 + b"\\n")\n    return "fine"\n`,
      },
    }),
  ),
  deed(
    'python',
    'B5 asyncio’s pipes',
    `import asyncio
async def write():
    loop = asyncio.get_running_loop()
    await loop.connect_write_pipe(asyncio.BaseProtocol, os.fdopen(os.dup(1), "wb"))
asyncio.run(write())`,
    {
      steps: [
        { event: '"go"', answer: 'response "fine"' },
        { event: '"first"', answer: 'response "fine"' },
      ],
    },
  ),
  deed('bash', 'closed descriptors', 'exec 0<&- 1>&- 2>&- 3>&-', {
    answer: /^(response (fine\n)?$|error Function\.ExitStatus)/,
  }),
  deed('python', 'closed descriptors', 'os.closerange(0, 3)'),
  deed('python', 'closed streams', 'sys.stdout.close(); sys.stderr.close(); sys.stdin and sys.stdin.close()'),
  deed('python', 'all descriptors closed', 'os.closerange(0, 300)', { answer: /^error Runtime\.ExitError/ }),
  deed('bash', 'all descriptors closed', 'for i in {0..254}; do eval "exec $i>&-"; done', {
    answer: /^(response|error (Function|Runtime\.ExitError))/,
  }),
  deed(
    'bash',
    'reports that the handler makes up',
    `printf 'done 2\\ndone 3\\ndone 4\\nidle 3\\nfailed 4 {}\\nhead {"http":1}\\n' >"$ANYHANDLER_REPORTS"`,
    { answer: /^(response|error Function\.InvalidAnswer)/ },
  ),
  deed(
    'bash',
    'reports without end',
    `setsid sh -c 'while :; do echo "done 4"; echo "idle 4"; done' >"$ANYHANDLER_REPORTS" & sleep 0.05`,
    { answer: /^response / },
  ),
]
