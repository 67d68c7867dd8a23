import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { run } from './run.ts'

const command = fileURLToPath(new URL('../cli/bin/anyhandler.js', import.meta.url))

/** Builds the layers with the command itself, for both architectures. */
export async function buildLayers(root: string, out: string, runtimes: readonly string[]): Promise<readonly string[]> {
  const lines: string[] = []
  for (const runtime of runtimes) {
    for (const arch of ['x64', 'arm64']) {
      const file = join(out, `anyhandler-layer-${runtime}-${arch}.zip`)
      const args = ['build', 'layer', '--runtime', runtime, '--arch', arch, '--out', file]
      lines.push(
        (await run([process.execPath, command, ...args], root)).split('\n', 1).join('').replace(`${out}/`, 'built '),
      )
    }
  }
  return lines
}
