import { deed, deeds } from '../attack.ts'
import type { Attack } from '../attack.ts'

const popen = (args: string): string => `subprocess.Popen(["sleep", "1000"]${args})`

/** Waits until the host has a watcher, which is another one than that process. The pattern doesn't fit itself. */
const watched = (other: string | 0): string =>
  `until grep -ls 'anyhandler-watche[r]' /proc/[0-9]*/cmdline | grep -qv "/${other}/"; do sleep 0.01; done`

/** docs/decisions/leftovers.md */
const alone = 'it could be that of another event, which still runs'

/** What handlers start and leave behind (B3, B9, B14, B18). */
export const processes: readonly Attack[] = [
  ...deeds(['bash', 'function', 'executable'], 'B9 a process in the background', 'sleep 1000 &'),
  ...deeds(['bash', 'executable'], 'B9 a process with a session of its own', 'setsid sleep 1000 &'),
  ...deeds(['bash', 'executable'], 'B9 the same without an environment', 'env -i setsid sleep 1000 &'),
  ...deeds(['bash', 'executable'], 'B9 the same without descriptors', 'setsid sleep 1000 <&- >&- 2>&- 3>&- &'),
  ...deeds(
    ['bash', 'executable'],
    'B9 the same without an environment and without any descriptor',
    `env -i setsid bash -c 'for f in /proc/$$/fd/*; do f=\${f##*/}; eval "exec $f>&-"; done; exec /bin/sleep 1000' &`,
    { alone },
  ),
  deed('bash', 'B9 ssh-agent, which hides its environment', 'eval "$(ssh-agent -a "$TMPDIR/agent")" >&2'),
  deed('executable', 'B9 ssh-agent', 'ssh-agent -a "$ATTACK_TMP/agent" >&2'),
  deed('bash', 'B9 a process that overwrites its environment', `setsid perl -e '$0="x"x6000; sleep 1000' &`),
  deed('bash', 'B9 a disowned job under set -m', 'set -m; (trap "" HUP; sleep 1000) & disown -a'),
  deed('bash', 'B9 nohup in a nested subshell', '( ( nohup sleep 1000 >/dev/null 2>&1 & ) & )'),
  deed('bash', 'B9 a coprocess and a process substitution', 'coproc sleep 1000; exec 7> >(sleep 1000)'),
  deed('bash', 'B9 a chain that forks itself anew', 'f() { sleep 0.02; f & }; f &'),
  deed(
    'bash',
    'B9 a chain of sessions',
    `printf 'sleep 0.01; setsid sh "$0" &' >"$ATTACK_TMP/chain"; setsid sh "$ATTACK_TMP/chain" &`,
  ),
  deed('bash', 'B9 a mark of its own', 'ANYHANDLER_MARK=mine setsid sleep 1000 &'),
  deed('bash', 'B9 thirty stopped processes', 'for i in {1..30}; do setsid sleep 1000 & kill -STOP $!; done'),
  deed('bash', 'B14 kill %1', 'sleep 5 & kill %1', {}),
  deed('bash', 'B14 kill %% and kill %-', 'sleep 5 & sleep 6 & kill %-; kill %%', {}),
  deed('function', 'B14 kill %1', 'sleep 5 & kill %1'),
  deed('bash', 'B14 kill of all jobs', 'sleep 5 & sleep 6 & kill $(jobs -p); wait', {}),

  deed('python', 'B9 Popen with a session of its own', popen(', start_new_session=True')),
  deed('python', 'B9 the same without an environment', popen(', start_new_session=True, env={}')),
  deed('python', 'B9 a shell’s background process', 'os.system("sleep 1000 &")'),
  deed(
    'python',
    'B9 a daemon by two forks',
    `if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(1000)
    os._exit(0)
os.wait()`,
  ),
  deed(
    'python',
    'B9 a daemon that closes everything',
    `if os.fork() == 0:
    os.setsid()
    os.closerange(0, 200)
    if os.fork() == 0:
        time.sleep(1000)
    os._exit(0)
os.wait()`,
  ),
  deed(
    'python',
    'B9 a daemon without an environment and without any descriptor',
    `subprocess.run(["sh", "-c", "env -i setsid sleep 1000 <&- >&- 2>&- &"])`,
    { alone },
  ),
  deed(
    'python',
    'B9 ssh-agent',
    `subprocess.run(["ssh-agent", "-a", os.environ["ATTACK_TMP"] + "/agent"], stdout=sys.stderr)`,
  ),
  deed('python', 'B9 a child of the driver’s stays, as on AWS', popen(''), { keeps: 1 }),
  deed('python', 'B9 a pool of processes stays and works', `return sum(pool.map(abs, [1, -2]))`, {
    more: 'from concurrent.futures import ProcessPoolExecutor\npool = ProcessPoolExecutor(1)',
    answer: 'response 3',
    keeps: 1,
  }),
  deed(
    'python',
    'B9 what a kept child leaves when it ends',
    `subprocess.Popen(["sh", "-c", "sleep 1000 & exit"]).wait()`,
  ),

  deed('perl', 'B9 a background process', `system('sleep 1000 &');`),
  deed('perl', 'B9 a session of its own', `system('setsid sleep 1000 &');`),
  deed('perl', 'B9 without an environment', `system('env -i setsid sleep 1000 &');`),
  deed('perl', 'B3 fork and return', 'if (!fork) { select(undef, undef, undef, 0.05) }'),
  deed('perl', 'B3 fork and stay', 'if (!fork) { sleep 1000 }'),
  deed('perl', 'B3 exit', 'exit 3;', { answer: /^error Runtime\.ExitError/ }),

  deed('bash', 'B3 a driver whose folder is removed, a hundred times', 'rm -rf "$ATTACK_TMP"/anyhandler*', {
    slow: 'a hundred events',
    steps: [
      { event: '"go"', answer: 'response fine\n', times: 100 },
      { event: '"last"', answer: 'response fine\n' },
    ],
  }),
  deed(
    'python',
    'B3 a worker that dies while it is idle, five times',
    'threading.Timer(0.02, os._exit, (1,)).start()',
    {
      more: 'subprocess.Popen(["sleep", "1000"], start_new_session=True)',
      alone: 'the worker may have an event again when it dies',
      steps: [
        // On a busy machine the event itself may still run when it dies.
        { event: '"go"', answer: /^(response "fine"|error Runtime\.ExitError)/, times: 5, after: 400 },
        { event: '"last"', answer: 'response "fine"', after: 1_000 },
      ],
    },
  ),
  deed('bash', 'B3 the driver is killed', 'command kill -9 $$; sleep 2', { answer: /^error Runtime\.ExitError/ }),
  deed(
    'bash',
    'B3 the driver is killed behind the answer',
    '(sleep 0.02; command kill -9 $$) & setsid sh -c "sleep 0.02; kill -9 $$" &',
    // On a busy machine the event itself may still run when they do it. The next one must not notice.
    { answer: /^(response fine\n$|error Runtime\.ExitError)/ },
  ),
  deed('executable', 'B3 the driver is killed', 'kill -9 $PPID; sleep 2', { answer: /^error Runtime\.ExitError/ }),
  deed('python', 'B3 os._exit', 'os._exit(0)', { answer: /^error Runtime\.ExitError/ }),
  deed('python', 'B3 SIGKILL', 'os.kill(os.getpid(), signal.SIGKILL)', { answer: /^error Runtime\.ExitError/ }),
  deed('python', 'B3 SIGSTOP until the deadline', 'os.kill(os.getpid(), signal.SIGSTOP)', {
    answer: /^error Function\.Timeout/,
    timeout: 700,
  }),
  deed('python', 'B3 killpg', 'os.killpg(0, signal.SIGKILL)', { answer: /^error Runtime\.ExitError/ }),
  deed('bash', 'B3 an endless loop that ignores all signals', `trap '' TERM INT HUP; while :; do :; done`, {
    answer: /^error Function\.Timeout/,
    timeout: 700,
  }),

  deed('bash', 'B18 the host is killed at once', 'setsid sleep 1000 & kill -9 $PPID; sleep 100', {
    answer: /^exit /,
    steps: [{ event: '"go"', answer: /^exit / }],
    endsHost: true,
  }),
  {
    ...deed('bash', 'B18 in its first event', `setsid sleep 1000 & ${watched(0)}; kill -9 $PPID; sleep 100`, {
      endsHost: true,
    }),
    first: undefined as never,
    steps: [{ event: '"go"', answer: /^exit / }],
  },
  deed(
    'bash',
    'B18 the watcher, and then the host',
    `for p in /proc/[0-9]*; do grep -qs anyhandler-watcher $p/cmdline && w=\${p#/proc/} && kill -9 $w; done; ${watched('$w')}; setsid sleep 1000 & kill -9 $PPID; sleep 100`,
    {
      steps: [{ event: '"go"', answer: /^exit / }],
      endsHost: true,
    },
  ),
  deed('python', 'B18 the host is killed', 'os.kill(os.getppid(), 9); time.sleep(100)', {
    more: 'subprocess.Popen(["sleep", "1000"], start_new_session=True)',
    steps: [{ event: '"go"', answer: /^exit / }],
    endsHost: true,
  }),
]
