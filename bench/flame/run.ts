/**
 * `node bench/flame/run.ts FOLDER TITLE FILE.svg`: draws what a JavaScript plugin's events cost the host of a checkout,
 * which must be built. Its files are read as they are in the packages, not bundled: the names of functions are then
 * there.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { RuntimeProcess } from '../runtime-process.ts'
import { flamePicture } from './picture.ts'
import type { Profile } from './picture.ts'

const warmUp = 1_000
const events = 400
const pauseMs = 10
/** As wide as the picture is, so that two can be laid side by side. In microseconds an event. */
const scaleMicros = 640

const [checkout = '', title = '', file = ''] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'anyhandler-flame-'))
const profile = join(folder, 'profile.json')
const event = Buffer.from('{"name":"World"}')
const runtime = await RuntimeProcess.start({
  command: [
    process.execPath,
    '--max-semi-space-size=4',
    '--require',
    join(import.meta.dirname, 'probe.cjs'),
    resolve(checkout, 'cli/bin/anyhandler.js'),
    'run',
  ],
  taskRoot: join(import.meta.dirname, '../handlers/javascript'),
  handler: 'app.echo_event',
  variables: { FLAME_PROFILE: profile },
})
try {
  await runtime.burst({ events: warmUp, event })
  process.kill(runtime.pid, 'SIGUSR2')
  await sleep(200)
  for (let count = 0; count < events; count++) {
    await sleep(pauseMs)
    await runtime.burst({ events: 1, event })
  }
  process.kill(runtime.pid, 'SIGUSR2')
  while (!existsSync(profile)) await sleep(20)
  await sleep(300)
  const read = JSON.parse(readFileSync(profile, 'utf8')) as Profile
  writeFileSync(file, flamePicture(read, title, events, scaleMicros))
} finally {
  await runtime.stop()
  rmSync(folder, { recursive: true, force: true })
}
