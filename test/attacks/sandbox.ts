import { spawnSync } from 'node:child_process'

/**
 * Where an attack runs: in a process namespace of its own, which ends what is left in it, and as a user who isn't root,
 * as on Lambda. What a machine doesn't allow is named.
 */
export interface Sandbox {
  /** In front of the command of the host. */
  readonly argv: readonly string[]
  /** The host's user and group. */
  readonly user: readonly [uid: number, gid: number] | undefined
  /** What this machine doesn't allow; empty when all is. */
  readonly lacks: readonly string[]
}

/** Lambda's user inside the emulator for Managed Instances. */
const lambdaUser = [993, 990] as const

/** The first process of the namespace: it says how the host ended, and stays until its standard input ends. */
const init = ['sh', '-c', '"$@" >&2; echo "ended $?"; while read -r _; do :; done', 'init']

export function sandbox(): Sandbox {
  const isRoot = process.getuid?.() === 0
  const [uid, gid] = lambdaUser
  const asUser = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--no-new-privs']
  const root = [
    ['unshare', '-pfm', '--mount-proc'],
    ['unshare', '-Upfm', '--map-current-user', '--mount-proc'],
  ]
  const namespace = root.slice(isRoot ? 0 : 1).find(runs)
  const user = isRoot && runs(asUser) ? lambdaUser : undefined
  const lacks = [
    ...(namespace
      ? []
      : ['process namespaces (unshare): what an attack leaves behind is looked for by its mark alone']),
    ...(isRoot && !user ? ['setpriv: the host runs as root'] : []),
  ]
  return { argv: [...(namespace ?? []), ...init, ...(user ? asUser : [])], user, lacks }
}

function runs([file = '', ...args]: readonly string[]): boolean {
  return spawnSync(file, [...args, 'true'], { stdio: 'ignore' }).status === 0
}
