import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Writes the sums of all that will be published, as `sha256sum --check` reads them. */
export function writeSums(out: string): string {
  const files = readdirSync(out)
    .filter((file) => /\.(?:tgz|zip)$/.test(file))
    .toSorted()
  const lines = files.map(
    (file) =>
      `${createHash('sha256')
        .update(readFileSync(join(out, file)))
        .digest('hex')}  ${file}\n`,
  )
  writeFileSync(join(out, 'SHA256SUMS'), lines.join(''))
  return `SHA256SUMS: ${files.length} files`
}
