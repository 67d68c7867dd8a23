/**
 * `npm run soak:dev`: the local platform under load, and while its files are saved all the time. REQUESTS=2000
 * CONCURRENCY=32 SAVES=500 are what it does without further words. Ends with exit code 1 when an answer is lost,
 * belongs to another request, or comes from neither version; or when a process is left.
 */
import { mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openDev } from '../support/dev.ts'
import { processesWithVariable } from '../support/processes.ts'

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

const requests = Number(process.env['REQUESTS'] ?? 2_000)
const concurrency = Number(process.env['CONCURRENCY'] ?? 32)
const saves = Number(process.env['SAVES'] ?? 500)

/** A save is live after this time: an answer that was asked for later must not be older. Milliseconds. */
const liveMs = 100

const root = realpathSync(mkdtempSync(join(tmpdir(), 'anyhandler-soak-')))
const mark = `DEV_SOAK=${process.pid}`
const faults: string[] = []

/** A handler in each language, which answers its version twice and what it was asked. */
const sources: Readonly<Record<string, (version: number) => string>> = {
  'rows.sql': (n) => `SELECT 200 statusCode, '${n} ' || query('ask') || ' ${n}' body;\n-- ${'x'.repeat(4_000)}\n`,
  'hello.sh': (n) => `first=${n}\n# ${'x'.repeat(4_000)}\necho "$first $(query ask) ${n}"\n`,
  'app.py': (n) =>
    `first = ${n}\n# ${'x'.repeat(4_000)}\ndef handler(event, context):\n    return {"statusCode": 200, "body": f"{first} {event['queryStringParameters']['ask']} ${n}"}\n`,
}
const names = Object.keys(sources)

function save(name: string, version: number): void {
  const text = sources[name]?.(version) ?? ''
  const file = join(root, name)
  // As editors do: some write into the file, some put another one in its place. Bash reads a script anew at each event,
  // and would see the half of what is being written.
  if (version % 2 === 0 && !name.endsWith('.sh')) return writeFileSync(file, text)
  writeFileSync(`${file}~`, text)
  renameSync(`${file}~`, file)
}

function mine(): readonly number[] {
  return processesWithVariable(mark)
}

for (const name of names) save(name, 1)
const dev = await openDev(root, { maxInstances: 4, env: { DEV_SOAK: String(process.pid) } })

async function ask(name: string, word: string): Promise<readonly [first: number, word: string, last: number]> {
  const answer = await fetch(`${dev.url}/${name.split('.', 1)[0]}/?ask=${word}`)
  const text = await answer.text()
  const { first, back, last } = /^(?<first>\d+) (?<back>\S+) (?<last>\d+)\n?$/.exec(text)?.groups ?? {}
  if (answer.status !== 200 || back === undefined)
    throw new Error(`${name}: ${answer.status} ${JSON.stringify(text.slice(0, 200))}`)
  return [Number(first), back, Number(last)]
}

async function load(): Promise<void> {
  let next = 0
  let done = 0
  const started = performance.now()
  const client = async (): Promise<void> => {
    while (next < requests) {
      const n = next++
      const name = names[n % names.length] as string
      try {
        const [, back] = await ask(name, `r${n}`)
        if (back !== `r${n}`) faults.push(`the answer of request ${n} is that of ${back}`)
        done++
      } catch (error) {
        faults.push(String(error))
      }
    }
  }
  await Promise.all(Array.from({ length: concurrency }, client))
  const seconds = (performance.now() - started) / 1000
  const instances = dev.state().functions.reduce((sum, one) => sum + one.instances, 0)
  say(
    `load: ${done} of ${requests} requests at ${concurrency} at once answered, ${faults.length} wrong, ${seconds.toFixed(1)} s, ${(done / seconds).toFixed(0)} a second, ${instances} instances, ${mine().length} processes`,
  )
}

async function saving(): Promise<void> {
  /** When each version of a file was saved, by file. */
  const saved = new Map<string, { readonly version: number; readonly at: number }[]>(
    names.map((name) => [name, [{ version: 1, at: 0 }]]),
  )
  let isOver = false
  let answers = 0
  let most = 0
  const latest = (name: string, at: number): number => saved.get(name)?.findLast((one) => one.at <= at)?.version ?? 0
  const client = async (name: string): Promise<void> => {
    for (let n = 0; !isOver; n++) {
      const asked = performance.now()
      try {
        const [first, , last] = await ask(name, `s${n}`)
        answers++
        const least = latest(name, asked - liveMs)
        const newest = saved.get(name)?.at(-1)?.version ?? 0
        if (first !== last) faults.push(`${name}: half of ${first} and half of ${last}`)
        else if (first < least)
          faults.push(`${name}: ${first} is older than ${least}, which had been saved for ${liveMs} ms`)
        else if (first > newest) faults.push(`${name}: ${first} isn't there yet`)
      } catch (error) {
        faults.push(String(error))
      }
    }
  }
  const clients = [...names, ...names].map(client)
  for (let version = 2; version <= saves + 1; version++) {
    const name = names[Math.floor(version / 2) % names.length] as string
    save(name, version)
    saved.get(name)?.push({ version, at: performance.now() })
    // Bursts, and pauses in which the new code is up.
    await sleep(version % 10 === 0 ? 400 : 5 + (version % 7) * 10)
    most = Math.max(most, mine().length)
  }
  isOver = true
  await Promise.all(clients)
  await sleep(1_500)
  const instances = dev.state().functions.reduce((sum, one) => sum + one.instances, 0)
  say(
    `saves: ${saves}, ${answers} answers meanwhile, ${faults.length} wrong, ${dev.reloads.length} reloads told, ${most} processes at most, ${mine().length} at the end with ${instances} instances`,
  )
}

await load()
await saving()
await dev.close()
await sleep(1_000)
const left = mine().length
say(`after the end: ${left} processes`)
if (left > 0) faults.push(`${left} processes are left`)
for (const fault of faults.slice(0, 20)) say(fault)
rmSync(root, { recursive: true, force: true })
process.exit(faults.length > 0 ? 1 : 0)
