import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { openDev } from '../support/dev.ts'
import type { TestDev } from '../support/dev.ts'
import { keptFolder } from '../support/kept-folder.ts'
import { processesWithVariable } from '../support/processes.ts'

const files = {
  'app.py': [
    'import os, time, sys',
    'def pid(event, context):',
    '    time.sleep(event.get("s", 0))',
    '    return os.getppid()',
    'def hungry(event, context):',
    '    keep = bytearray(event["mb"] * 1024 * 1024)',
    '    for i in range(0, len(keep), 4096): keep[i] = 1',
    '    time.sleep(event.get("s", 0))',
    '    return len(keep)',
    'def murder(event, context):',
    '    os.kill(os.getppid(), 9)',
    '    time.sleep(60)',
    '',
  ].join('\n'),
  'hang.sh': "trap '' TERM\nwhile :; do sleep 1; done\n",
  'broken.py': 'import nowhere\n',
}

describe('instances', () => {
  const root = keptFolder(files)
  let dev: TestDev

  beforeAll(async () => {
    dev = await openDev(root, { memory: 250 })
  })
  afterAll(() => dev.close())

  it('are warm for the next event, and as many as there are events at once, up to the limit', async () => {
    const pidOf = async (s: number): Promise<unknown> => (await dev.invoke('app.pid', { s })).json()
    const isWarm = async (): Promise<boolean> => {
      const [one, other] = [await pidOf(0), await pidOf(0)]
      return one === other && !(await dev.last()).cold
    }
    // An instance that a busy machine keeps from the next event for long gets another one beside it.
    await expect.poll(isWarm).toBe(true)
    const pids = await Promise.all(Array.from({ length: 4 }, () => pidOf(0.5)))
    expect(new Set(pids).size).toBe(2)
    expect(dev.state().functions.find(({ name }) => name === 'app.pid')).toMatchObject({ instances: 2, state: 'ready' })
    const { timings } = await dev.last()
    expect(timings.queue).toBeGreaterThan(200)
  })

  it('tell where the time of their start goes', async () => {
    const cold = dev.store
      .list(100)
      .map((one) => one.record())
      .find((one) => one.cold)
    expect(cold?.timings.init).toBeGreaterThan(0)
    expect(cold?.timings.language).toBeGreaterThan(0)
    expect(cold?.log).toEqual([])
  })

  it('answer a handler that hangs by a timeout, and go on', async () => {
    const short = await openDev(root, { timeoutMs: 1_500 })
    onTestFinished(() => short.close())
    for (let i = 0; i < 2; i++) {
      const answer = await short.invoke('hang')
      expect(answer.headers.get('x-amz-function-error')).toBe('Unhandled')
      expect((await answer.json()) as object).toMatchObject({
        errorMessage: expect.stringMatching(/timed out after [01]\.\d0 seconds/),
      })
      const { totalMs = 0, errorType } = await short.last()
      expect(errorType).toMatch(/Timeout|Timedout/)
      expect(totalMs).toBeLessThan(15_000)
    }
  })

  it('are killed over their memory, and replaced', async () => {
    expect(await (await dev.invoke('app.hungry', { mb: 10, s: 0.5 })).json()).toBe(10 * 1024 * 1024)
    const { memory } = await dev.last()
    expect(memory).toBeGreaterThan(10)
    const answer = await dev.invoke('app.hungry', { mb: 400, s: 25 })
    const id = answer.headers.get('x-amzn-requestid')
    expect(await answer.json()).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${id} Error: Runtime exited with error: signal: killed`,
    })
    expect(await (await dev.invoke('app.hungry', { mb: 1 })).json()).toBe(1024 * 1024)
  })

  it('are replaced when the runtime itself is killed', async () => {
    expect(await (await dev.invoke('app.murder')).json()).toMatchObject({ errorType: 'Runtime.ExitError' })
    expect(typeof (await (await dev.invoke('app.pid')).json())).toBe('number')
  })

  it('that can’t be loaded answer each event by why, and the function is said to be broken', async () => {
    for (let i = 0; i < 2; i++) {
      const answer = await dev.invoke('broken')
      expect(answer.headers.get('x-amz-function-error')).toBe('Unhandled')
      expect(await answer.json()).toMatchObject({ errorType: 'Runtime.ImportModuleError' })
    }
    expect(dev.state().functions.find(({ name }) => name === 'broken')).toMatchObject({
      state: 'broken',
      error: { errorType: 'Runtime.ImportModuleError', message: expect.stringContaining("No module named 'nowhere'") },
    })
  })

  it('are gone with all that they have started, soon after the end', async () => {
    const address = `AWS_LAMBDA_RUNTIME_API=127.0.0.1:`
    const mine = () =>
      processesWithVariable(`LAMBDA_TASK_ROOT=${root}`).filter((pid) => processesWithVariable(address).includes(pid))
    expect(mine().length).toBeGreaterThan(0)
    const hanging = dev.invoke('hang').catch(() => {})
    await sleep(300)
    const started = performance.now()
    await dev.close()
    // A busy machine may need more than a second; the handler hangs until its timeout.
    expect(performance.now() - started).toBeLessThan(15_000)
    await hanging
    await expect.poll(mine).toEqual([])
  })
})
