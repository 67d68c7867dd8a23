/**
 * What hostile handlers do in a soak: name, code, and the answers that are right besides the usual one, the event
 * itself.
 */
export type HostileDeed = readonly [name: string, code: string, answer?: RegExp]

const exit = /^error Runtime\.ExitError/
const timeout = /^error Function\.Timeout/
const tooLarge = /^error Function\.ResponseSizeTooLarge/
const error = /^error /
const any = /^(response|error)/

export const bash: readonly HostileDeed[] = [
  ['background', 'sleep 1000 &'],
  ['session', 'setsid sleep 1000 &'],
  ['no-environment', 'env -i setsid sleep 1000 &'],
  ['disowned', 'set -m; (sleep 1000) & disown -a; set +m'],
  ['chain', 'f() { sleep 0.01; f & }; f &'],
  ['remove-folder', 'rm -rf "$ATTACK_TMP"/anyhandler*'],
  ['link', 'rm -rf "$TMPDIR"; ln -s /etc "$TMPDIR"'],
  ['mode', 'mkdir "$TMPDIR/a"; chmod 000 "$TMPDIR/a" "$TMPDIR"'],
  ['kill-driver', 'command kill -9 $$; sleep 1', exit],
  ['kill-itself', 'command kill -9 $BASHPID', /^error Function\.Signal/],
  ['yes', 'yes', tooLarge],
  ['close', 'exec 0<&- 1>&- 2>&- 3>&-', any],
  ['nonblocking', 'python3 -c "import os; [os.set_blocking(fd, False) for fd in (0, 1, 2)]"'],
  ['made-up', `printf 'done 99\\nidle 98\\nfailed 5 {}\\n' >"$ANYHANDLER_REPORTS"`],
  ['hang', 'sleep 1000', timeout],
  ['prlimit', 'prlimit --pid $$ --nofile=5:5', any],
]

export const python: readonly HostileDeed[] = [
  ['background', 'os.system("sleep 1000 &")'],
  ['session', 'subprocess.Popen(["sleep", "1000"], start_new_session=True, env={})'],
  ['fork', 'if os.fork() == 0: return "CHILD"'],
  ['native-fork', 'if ctypes.CDLL(None).fork() == 0: return "CHILD"'],
  ['daemon', 'if os.fork() == 0:\n        os.setsid()\n        os.fork()\n        time.sleep(1000)'],
  ['remove-folder', '[shutil.rmtree(f) for f in glob.glob(os.environ["ATTACK_TMP"] + "/anyhandler-*")]'],
  ['close', 'os.closerange(0, 3)'],
  ['close-all', 'os.closerange(0, 300)', exit],
  ['nonblocking', 'os.set_blocking(1, False)'],
  ['exit', 'os._exit(3)', exit],
  ['sys-exit', 'sys.exit(3)', exit],
  ['segfault', 'ctypes.string_at(0)', exit],
  ['kill', 'os.kill(os.getpid(), 9)', exit],
  ['hang', 'time.sleep(1000)', timeout],
  ['bad-stream', 'return bad()', /^error (Runtime\.MarshalError|Function\.InvalidAnswer)/],
  ['die-aside', 'threading.Timer(0.001, os._exit, (1,)).start(); time.sleep(1)', exit],
]

/** Statements that do it when the event says so: a condition on `event('do')` is added. */
export const sql: readonly HostileDeed[] = [
  [
    'endless',
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE $) SELECT count(*) FROM n',
    timeout,
  ],
  // In the answer itself.
  ['too-large', '', tooLarge],
  ['overflow', 'SELECT abs(-9223372036854775807 - 1) WHERE $', error],
  ['no-json', "SELECT json('{') WHERE $", error],
  ['deep', "SELECT json(replace(hex(zeroblob(5000)), '00', '[')) WHERE $", error],
  ['too-long', 'SELECT hex(zeroblob(600000000)) WHERE $', error],
  ['extension', "SELECT load_extension('libc.so.6') WHERE $", error],
  ['pattern', "SELECT 'a' LIKE hex(zeroblob(60000)) WHERE $", error],
]
