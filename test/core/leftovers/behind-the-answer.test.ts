import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Outcome } from '@anyhandler/core/testing'
import { serve as serveBash } from '../../plugins/bash/serve.ts'
import { serve as servePython } from '../../plugins/python-subprocess/serve.ts'
import { isAlive } from '../../support/processes.ts'
import { folder } from '../../support/folder.ts'
import { until } from '../../support/served.ts'

const atOnce = 4
/** Of an event, on a busy machine. Milliseconds. */
const timeout = 30_000
/** In each round every worker is hit. */
const rounds = Number(process.env['ROUNDS'] ?? 4)

const files = {
  // Searches find the first process, which makes the host wary. The second one has a session of its own, no mark, no
  // pipe and no parent, so it stays.
  'leftover.sh': `for fd in /proc/$$/fd/*; do fd=\${fd##*/}; eval "exec $fd>&-"; done
: >"here-$2"
until [[ -e go ]]; do sleep 0.01; done
kill -s "$1" "$2"
while read -r stat <"/proc/$2/stat" && [[ $stat == *') '[!TZX]* ]]; do sleep 0.001; done
: >"hit-$2"
`,
  // The events of a round wait for each other, so each has a worker of its own.
  'app.sh': `handler() {
  if [[ $1 == '"next"' ]]; then
    sleep 0.1
  else
    setsid sleep 1000 &
    : >"found-$!"
    env -i setsid bash leftover.sh "\${1//\\"/}" $$ &
    until [[ $(echo here-*) == *' '*' '*' '* ]]; do sleep 0.01; done
  fi
  echo '"fine"'
}
`,
  'app.py': `import glob, os, subprocess, time

def handler(event, context):
    if event == "next":
        time.sleep(0.1)
    else:
        script = f"setsid sleep 1000 & : >found-$!; env -i setsid bash leftover.sh {event} {os.getpid()} &"
        subprocess.run(script, shell=True, check=True)
        while len(glob.glob("here-*")) < ${atOnce}:
            time.sleep(0.01)
    return "fine"
`,
}

type Invoke = (event: string) => Promise<Outcome>

const languages: Readonly<Record<string, (root: string, work: (invoke: Invoke) => Promise<void>) => Promise<void>>> = {
  bash: (root, work) =>
    serveBash({ root, handler: 'app.handler', concurrency: atOnce }, ({ invoke }) =>
      work((event) => invoke(JSON.stringify(event), { timeout })),
    ),
  Python: (root, work) =>
    servePython({ root, handler: 'app.handler' }, ({ invoke }) => work((event) => invoke(event, { timeout })), {
      concurrency: atOnce,
    }),
}

describe.each(Object.entries(languages))('several events at a time in %s', (language, serve) => {
  it.each(['KILL', 'STOP'])(
    'are not given to workers that a leftover hits with SIG%s behind their answers',
    { timeout: 120_000 },
    async (signal) => {
      const { 'leftover.sh': leftover, 'app.sh': bash, 'app.py': python } = files
      const root = folder({
        'leftover.sh': leftover,
        ...(language === 'bash' ? { 'app.sh': bash } : { 'app.py': python }),
      })
      const named = (start: string): readonly string[] => readdirSync(root).filter((name) => name.startsWith(start))
      const answers = async (invoke: Invoke, event: string): Promise<readonly string[]> =>
        (await Promise.all(Array.from({ length: atOnce }, () => invoke(event)))).map((outcome) => outcome.text().trim())
      const fine = Array<string>(atOnce).fill('"fine"')
      await serve(root, async (invoke) => {
        for (let round = 0; round < rounds; round++) {
          expect(await answers(invoke, signal)).toEqual(fine)
          await until(() => !named('found').some((name) => isAlive(Number(name.slice(6)))))
          writeFileSync(join(root, 'go'), '')
          await until(() => named('hit').length === atOnce)
          expect(await answers(invoke, 'next')).toEqual(fine)
          for (const start of ['here', 'found', 'go', 'hit']) for (const name of named(start)) rmSync(join(root, name))
        }
      })
    },
  )
})
