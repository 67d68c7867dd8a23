import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { Census, Living } from './census.ts'

/** Checks the programs that a handler has started while its event runs. */
export class Inherited {
  readonly #warm: ReadonlySet<string>
  readonly #host: number

  /**
   * @param census of an idle host: its programs belong to the plugin, and their copies may hold the same descriptors
   */
  constructor(census: Census, host: number) {
    this.#warm = new Set(census.living().map(({ pid }) => linkOf(`/proc/${pid}/exe`)))
    this.#host = host
  }

  /** Names the program that has a control descriptor of the driver; undefined if none has. */
  complaint(census: Census): string | undefined {
    for (const living of census.living()) {
      if (this.#warm.has(linkOf(`/proc/${living.pid}/exe`))) continue
      const held = this.#controlDescriptorOf(living)
      if (held) return `${held}: the driver must set close-on-exec on its control descriptors`
    }
    return undefined
  }

  /** A control descriptor is a socket, or a pipe into which the host writes: the driver's `control`. */
  #controlDescriptorOf({ pid, command }: Living): string | undefined {
    const hosts = descriptorsOf(this.#host)
    // The host holds both ends of an output.
    const read = new Set(hosts.flatMap(({ target, writes }) => (writes ? [] : target)))
    const written = new Set(hosts.flatMap(({ target, writes }) => (writes && !read.has(target) ? target : [])))
    // A descriptor that the host inherited itself appears in all of its processes, with one number.
    const givenOn = new Set(hosts.map(({ fd, target }) => `${fd} ${target}`))
    const held = descriptorsOf(pid).find(
      ({ fd, target }) =>
        fd > 2 &&
        !givenOn.has(`${fd} ${target}`) &&
        (target.startsWith('socket:') || (target.startsWith('pipe:') && written.has(target))),
    )
    const name = command.replaceAll(/[\0\s]+/g, ' ').trim()
    return held && `the handler's program '${name.slice(0, 80)}' has inherited descriptor ${held.fd} (${held.target})`
  }
}

interface Descriptor {
  readonly fd: number
  readonly target: string
  readonly writes: boolean
}

function descriptorsOf(pid: number): readonly Descriptor[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => ({
      fd: Number(fd),
      target: linkOf(`/proc/${pid}/fd/${fd}`),
      writes: isWriter(pid, fd),
    }))
  } catch {
    return []
  }
}

function isWriter(pid: number, fd: string): boolean {
  try {
    const flags = /^flags:\s+(?<octal>\d+)$/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'latin1'))
    return (Number.parseInt(flags?.groups?.octal ?? '0', 8) & 3) !== 0
  } catch {
    return false
  }
}

/** Empty for a process that has ended or belongs to another user. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
