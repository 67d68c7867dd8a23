import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { deed, deeds } from '../attack.ts'
import type { Attack } from '../attack.ts'

const large = `"${'x'.repeat(300_000)}"`
const then = (fine: string): Attack['steps'] => [
  { event: '"go"', answer: /^(response|error)/ },
  { event: '"last"', answer: fine },
  { event: large, answer: fine },
  { event: '"last"', answer: fine },
]
/** It costs its own event, which the driver can't report any more. */
const stopped = { answer: /^(response fine|error Function\.Timeout)/, timeout: 1_000 }
const py = 'import glob, shutil\nF = os.environ["ATTACK_TMP"] + "/anyhandler-*"'
const die = [
  { event: '"go"', answer: /^response/ },
  { event: '"die"', answer: /^error Runtime\.ExitError/ },
  { event: '"last"', answer: 'response "fine"', times: 2 },
  { event: large, answer: 'response "fine"' },
]
const dies = `${py}\nbefore = None`

function database(root: string, mode: string): void {
  const db = new Database(join(root, 'd.db'))
  db.pragma(`journal_mode = ${mode}`)
  db.exec('create table t(x)')
  db.close()
  chmodSync(join(root, 'd.db'), 0o444)
}

const shipped = (name: string, mode: string): Attack => ({
  name: `B13 ${name} (sql)`,
  files: {
    'q.sql': 'select count(*) n from t;',
    'anyhandler.config.json': '{"plugins":{"sql":{"options":{"database":"d.db"}}}}',
  },
  handler: 'q',
  prepare: (root) => database(root, mode),
  first: { event: '{}', answer: 'response {"n":0}' },
  steps: [{ event: '{}', answer: 'response {"n":0}', times: 3 }],
})

/** What handlers do to the private folder, and to a lane that isn't idle yet (B2, B8, B13). */
export const files: readonly Attack[] = [
  ...deeds(['bash', 'function', 'executable'], 'B2 the private folder removed', 'rm -rf "$ATTACK_TMP"/*', {
    steps: then('response fine\n'),
  }),
  ...deeds(
    ['bash', 'executable'],
    'B2 a file in its place',
    'for f in "$ATTACK_TMP"/anyhandler*; do rm -rf "$f"; : >"$f"; done',
    { steps: then('response fine\n') },
  ),
  ...deeds(
    ['bash', 'executable'],
    'B2 a link in its place',
    'for f in "$ATTACK_TMP"/anyhandler*; do rm -rf "$f"; ln -s /etc "$f"; done',
    { steps: then('response fine\n'), alone: 'the folders of other events are in it, so that it may not be empty' },
  ),
  ...deeds(['bash', 'executable'], 'B2 its mode', 'chmod 000 "$ATTACK_TMP"/anyhandler*', {
    steps: then('response fine\n'),
  }),
  deed('bash', 'B2 TMPDIR replaced by a link', 'rm -rf "$TMPDIR"; ln -s /etc "$TMPDIR"'),
  deed(
    'bash',
    'B2 TMPDIR without its mode',
    'mkdir -p "$TMPDIR/a/b"; : >"$TMPDIR/a/b/c"; chmod 000 "$TMPDIR/a/b" "$TMPDIR/a" "$TMPDIR"',
  ),
  deed('perl', 'B2 the private folder removed', `system('rm -rf "$ATTACK_TMP"/*');`, { steps: then('response fine') }),
  ...[
    ['removed', '[shutil.rmtree(f) for f in glob.glob(F)]'],
    ['a file in its place', '[(shutil.rmtree(f), open(f, "w").close()) for f in glob.glob(F)]'],
    ['a link in its place', '[(shutil.rmtree(f), os.symlink("/etc", f)) for f in glob.glob(F)]'],
    ['its mode', '[os.chmod(f, 0) for f in glob.glob(F)]'],
  ].map(([what, code = '']) =>
    deed('python', `B2 the private folder, then a worker's death: ${what}`, code, {
      steps: die,
      files: {
        'app.py': `import os\n${dies}\ndef handler(event, context):\n    if event == "go":\n        ${code}\n    if event == "die": os._exit(1)\n    return "fine"\n`,
      },
    }),
  ),
  deed('bash', 'B8 SIGSTOP to the driver', '/bin/kill -STOP $$', stopped),
  deed('executable', 'B8 SIGSTOP to the driver', 'kill -STOP $PPID', stopped),
  deed('function', 'B8 SIGSTOP to the driver', '/bin/kill -STOP $$', stopped),
  deed('bash', 'B8 a limit on the driver’s processes', 'prlimit --pid $$ --nproc=1:1'),
  deed('bash', 'B8 a limit on the driver’s descriptors', 'prlimit --pid $$ --nofile=5:5'),
  deed('bash', 'B8 a limit on the driver’s file size', 'prlimit --pid $$ --fsize=0:0'),
  deed('python', 'B8 a limit on descriptors', 'import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))', {
    answer: /^(response|error)/,
    steps: [{ event: '"go"', answer: /^(response|error)/ }],
  }),
  deed(
    'python',
    'B8 SIGSTOP behind the answer',
    'subprocess.Popen(["sh", "-c", f"sleep 0.01; kill -STOP {os.getpid()}; sleep 1000"], start_new_session=True)',
    {
      steps: [
        // On a busy machine the event itself may still run.
        { event: '"go"', answer: /^(response "fine"|error Function\.Timeout)/, timeout: 2_500 },
        { event: '"last"', answer: /^(response "fine"|error Function\.Timeout)/, timeout: 2_500 },
        { event: '"last"', answer: 'response "fine"' },
      ],
    },
  ),
  deed(
    'bash',
    'B8 20,000 files in TMPDIR',
    `perl -e 'chdir $ENV{TMPDIR}; for (1..20000) { open(F, ">f$_"); close F }'`,
    { slow: '20,000 files', timeout: 20_000 },
  ),
  deed(
    'bash',
    'B8 100,000 files in TMPDIR',
    `perl -e 'chdir $ENV{TMPDIR}; for (1..100000) { open(F, ">f$_"); close F }'`,
    { timeout: 100_000, slow: '100,000 files take half a minute on some file systems' },
  ),
  deed(
    'bash',
    'B8 2,100 folders, one in the other',
    `perl -e 'chdir $ENV{TMPDIR}; for (1..2100) { mkdir "d"; chdir "d" }'`,
    { timeout: 20_000 },
  ),
  shipped('a database of mode 0444 with a write-ahead log', 'wal'),
  shipped('a database of mode 0444 with a journal', 'delete'),
]
