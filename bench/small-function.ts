import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Lambda gives a function of 1,769 MB one processor, and a smaller one its share of it.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
 */
const wholeProcessorMb = 1_769
/** Of the quota, in microseconds. */
const periodUs = 20_000

const root = '/sys/fs/cgroup'

/** Control groups that hold a process as Lambda holds a small function: so much memory, and so much of a processor. */
export class SmallFunction {
  readonly #cpu: string
  readonly #memory: string
  readonly #megabytes: number

  /** @throws Error when this machine has no control groups (version 1) that this user may write */
  constructor(name: string, megabytes: number) {
    this.#cpu = join(root, 'cpu', name)
    this.#memory = join(root, 'memory', name)
    this.#megabytes = megabytes
    for (const folder of [this.#cpu, this.#memory]) if (!existsSync(folder)) mkdirSync(folder)
    writeFileSync(join(this.#memory, 'memory.limit_in_bytes'), String(megabytes * 2 ** 20))
    writeFileSync(join(this.#cpu, 'cpu.cfs_period_us'), String(periodUs))
    this.giveProcessor(true)
  }

  /** A command that runs another one in these groups. */
  get command(): readonly string[] {
    const enter = `echo $$ >${this.#cpu}/cgroup.procs && echo $$ >${this.#memory}/cgroup.procs && exec "$@"`
    return ['/bin/sh', '-c', enter, 'sh']
  }

  /** Percent of a processor. */
  get share(): number {
    return (100 * this.#megabytes) / wholeProcessorMb
  }

  /** All of it, or its share. */
  giveProcessor(whole: boolean): void {
    const quota = whole ? -1 : Math.round((periodUs * this.#megabytes) / wholeProcessorMb)
    writeFileSync(join(this.#cpu, 'cpu.cfs_quota_us'), String(quota))
  }

  /** The most memory that it has had, in bytes: files that it has read included. */
  get peak(): number {
    return Number(readFileSync(join(this.#memory, 'memory.max_usage_in_bytes'), 'latin1'))
  }

  /** How often something was killed for want of memory. */
  get killed(): number {
    const [, count] = /^oom_kill (\d+)/m.exec(readFileSync(join(this.#memory, 'memory.oom_control'), 'latin1')) ?? []
    return Number(count ?? 0)
  }

  /** When all that was in it has ended. */
  async remove(): Promise<void> {
    for (const folder of [this.#cpu, this.#memory]) {
      for (let tries = 0; existsSync(folder) && tries < 100; tries++) {
        try {
          rmdirSync(folder)
        } catch {
          await sleep(10)
        }
      }
    }
  }
}
