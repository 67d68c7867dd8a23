/**
 * A command that runs a shell script in a mount namespace of its own, as its root user: what it mounts is gone with it.
 * The script ends with `exec "$@"`, where the arguments are the command behind it.
 */
export function inNamespace(script: string, argv: readonly string[]): readonly string[] {
  const unshare = process.getuid?.() === 0 ? ['unshare', '-m'] : ['unshare', '-U', '-r', '-m']
  return [...unshare, '--propagation', 'private', 'sh', '-ec', script, 'sh', ...argv]
}

/** Lambda's user inside the emulator for Managed Instances, and no capability at all. */
export const asLambdaUser = ['setpriv', '--reuid=993', '--regid=990', '--clear-groups', '--no-new-privs'] as const
