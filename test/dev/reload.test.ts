import { existsSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Folders } from '../../dev/src/watch/folders.ts'
import { eventually, openDev } from '../support/dev.ts'
import type { TestDev } from '../support/dev.ts'
import { keptFolder } from '../support/kept-folder.ts'
import { folder } from '../support/folder.ts'

const files = {
  'app.py':
    'import os\nfrom lib import part\ndef handler(event, context):\n    import late\n    return [part.answer, late.answer, os.getppid()]\n',
  'lib/__init__.py': '',
  'lib/part.py': 'answer = 1\n',
  'late.py': 'answer = 1\n',
  'slow.sh': '. ./lib.sh\ntouch started\nsleep 0.4\necho "$answer"\n',
  'lib.sh': 'answer=1\n',
  'rows.sql': 'SELECT count(*) AS n FROM things;\n',
  'migrations/1.sql': 'CREATE TABLE things (a); INSERT INTO things VALUES (1);\n',
  'unread.txt': 'a',
}

describe('reload on change', () => {
  const root = keptFolder(files)
  const write = (name: string, text: string) => writeFileSync(join(root, name), text)
  let dev: TestDev

  beforeAll(async () => {
    dev = await openDev(root)
  })
  afterAll(() => dev.close())

  const ask = async (name: string): Promise<unknown> => (await dev.invoke(name)).json()

  it('takes a handler, its modules and what it imports later at the next event, 100 ms after the save', async () => {
    const [one, two, pid] = (await ask('app')) as readonly number[]
    expect([one, two]).toEqual([1, 1])
    for (const [name, text, wanted] of [
      ['lib/part.py', 'answer = 22\n', [22, 1]],
      ['late.py', 'answer = 33\n', [22, 33]],
      ['app.py', 'def handler(event, context):\n    return ["new", "new"]\n', ['new', 'new']],
    ] as const) {
      await eventually(async () =>
        dev
          .state()
          .functions.find((one) => one.name === 'app')
          ?.loads.includes(name),
      )
      write(name, text)
      await sleep(100)
      const answer = (await ask('app')) as readonly unknown[]
      expect(answer.slice(0, 2)).toEqual(wanted)
      expect(answer[2]).not.toBe(pid)
    }
    expect(dev.reloads.at(-1)).toEqual({ functions: ['app'], files: ['app.py'] })
  })

  it('ends an event that is under way on the old code', async () => {
    await dev.invoke('slow')
    rmSync(join(root, 'started'))
    const old = dev.invoke('slow')
    await eventually(() => existsSync(join(root, 'started')))
    write('lib.sh', 'answer=2\n')
    const [before, after] = await Promise.all([old, sleep(100).then(() => dev.invoke('slow'))])
    expect([await before.text(), await after.text()]).toEqual(['1\n', '2\n'])
  })

  it('applies a migration that is new', async () => {
    expect(await ask('rows')).toEqual({ n: 1 })
    write('migrations/2.sql', 'INSERT INTO things VALUES (2), (3);\n')
    // A file that nobody has loaded is found by the watcher alone, which may be late.
    await expect.poll(() => ask('rows')).toEqual({ n: 3 })
  })

  it('replaces a file as editors do: by another one of the same name', async () => {
    for (const n of [1, 2, 3]) {
      write('rows.sql.swp', `SELECT ${n} * 10 AS n;\n`)
      renameSync(join(root, 'rows.sql.swp'), join(root, 'rows.sql'))
      await sleep(100)
      expect(await ask('rows')).toEqual({ n: n * 10 })
    }
  })

  it('restarts nothing when nothing changed', async () => {
    await ask('rows')
    const count = dev.reloads.length
    const isWarm = async (): Promise<boolean> => {
      write('rows.sql', 'SELECT 3 * 10 AS n;\n')
      utimesSync(join(root, 'rows.sql'), new Date(), new Date())
      write('unread.txt', 'b')
      write('other.log', 'x')
      await sleep(150)
      expect(await ask('rows')).toEqual({ n: 30 })
      return !(await dev.last()).cold
    }
    // An instance that a busy machine keeps from the next event for long gets another one beside it.
    await expect.poll(isWarm).toBe(true)
    expect(dev.reloads.length).toBe(count)
  })

  it('keeps a broken save’s error, and is healed by the next good one', async () => {
    write('app.py', 'def handler(event, context:\n    return 1\n')
    const broken = () => dev.state().functions.find(({ name }) => name === 'app')
    await eventually(() => broken()?.state === 'broken')
    expect(broken()?.error).toMatchObject({
      errorType: 'Runtime.UserCodeSyntaxError',
      message: expect.stringContaining('app.py'),
    })
    expect(await ask('app')).toMatchObject({ errorType: 'Runtime.UserCodeSyntaxError' })
    write('app.py', 'def handler(event, context):\n    return "well"\n')
    await eventually(() => broken()?.state === 'ready')
    expect(await ask('app')).toBe('well')
    expect(broken()?.error).toBeUndefined()
  })

  it('finds new handlers, and a new configuration; a wrong one is told and the last good one holds', async () => {
    write('fresh.sh', 'echo fresh\n')
    expect(await (await dev.invoke('fresh')).text()).toBe('fresh\n')
    write('anyhandler.config.json', '{ "handlers": { "alias": "fresh" } }')
    await eventually(() => dev.state().functions.some(({ name }) => name === 'alias'))
    expect(await (await dev.invoke('alias')).text()).toBe('fresh\n')
    write('anyhandler.config.json', '{ "handlrs": {} }')
    await eventually(() => dev.state().configError !== undefined)
    expect(dev.notices.at(-1)).toContain("did you mean 'handlers'?")
    expect(dev.state().functions.some(({ name }) => name === 'alias')).toBe(true)
    rmSync(join(root, 'anyhandler.config.json'))
    await eventually(() => dev.state().configError === undefined)
  })

  it('starts a function with routes no more when the configuration is deleted, until there is one again', async () => {
    const whole = () => dev.state().functions.find(({ name }) => name === 'whole')
    const config = '{ "routes": { "GET /rows": "rows" } }'
    write('anyhandler.config.json', config)
    await eventually(() => dev.state().routes !== null)
    expect((await fetch(`${dev.url}/rows`)).status).toBe(200)
    const count = dev.reloads.length
    rmSync(join(root, 'anyhandler.config.json'))
    await eventually(() => dev.reloads.slice(count).some(({ functions }) => functions.includes('whole')))
    // Time for the start that must not come. A slow machine may miss the fault here, and never reports one in vain.
    await sleep(100)
    expect(whole()).toMatchObject({ state: 'cold', instances: 0 })
    write('anyhandler.config.json', config)
    await eventually(() => whole()?.state === 'ready')
    rmSync(join(root, 'anyhandler.config.json'))
    await eventually(() => dev.state().routes === null)
  })

  it('outlives a checkout of 500 files', async () => {
    await ask('rows')
    mkdirSync(join(root, 'more'))
    const checkout = (n: number) => {
      rmSync(join(root, 'rows.sql'))
      rmSync(join(root, 'migrations'), { recursive: true })
      for (let i = 0; i < 496; i++) write(`more/${i}.sh`, `echo ${n}\n`)
      mkdirSync(join(root, 'migrations'))
      write('migrations/1.sql', `CREATE TABLE things (a); INSERT INTO things VALUES ${Array(n).fill('(1)').join()};\n`)
      write('rows.sql', 'SELECT count(*) AS n FROM things;\n')
    }
    for (const n of [3, 4]) {
      checkout(n)
      await expect.poll(() => ask('rows')).toEqual({ n })
    }
    // The folder is another one now, and is watched all the same.
    write('migrations/2.sql', 'INSERT INTO things VALUES (1);\n')
    await expect.poll(() => ask('rows')).toEqual({ n: 5 })
  })
})

describe('watching', () => {
  it('looks from time to time, and says so once, where no more can be watched', async () => {
    const root = folder({ 'a/x': '1' })
    const reasons: string[] = []
    let looks = 0
    const folders = new Folders({
      onChange: () => looks++,
      onPolling: (reason) => reasons.push(reason),
      open() {
        throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
      },
    })
    folders.set([root, join(root, 'a')])
    expect([reasons, folders.mode]).toEqual([['ENOSPC'], 'poll'])
    await eventually(() => looks > 1)
    folders.close()
  })

  it('watches folders for themselves, and none of those below them', async () => {
    const root = folder({ 'a/b/x': '1', 'a/y': '1' })
    let looks = 0
    const folders = new Folders({ onChange: () => looks++, onPolling() {} })
    folders.set([join(root, 'a'), join(root, 'later/on')])
    writeFileSync(join(root, 'a/b/x'), '2')
    await sleep(100)
    expect(looks).toBe(0)
    writeFileSync(join(root, 'a/y'), '2')
    await eventually(() => looks === 1)
    mkdirSync(join(root, 'later/on'), { recursive: true })
    await eventually(() => looks === 2)
    writeFileSync(join(root, 'later/on/z'), '1')
    await eventually(() => looks === 3)
    folders.close()
  })
})
