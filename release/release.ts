/**
 * Makes a release: `npm run release`, and without publishing or changing anything here `npm run release -- --dry-run`.
 * Both leave in `release/out` what is published: the packages, the layers, and SHA-256 sums of all.
 */
import { rmSync, mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildLayers } from './layers.ts'
import { checkPackages, packPackages, publishPackages, refuseUnready } from './packages.ts'
import { writeSums } from './sums.ts'
import { setVersions } from './versions.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const { values } = parseArgs({
  options: {
    'dry-run': { type: 'boolean', default: false },
    out: { type: 'string', default: fileURLToPath(new URL('out', import.meta.url)) },
    /** Layers that are built; all of them when absent. */
    runtimes: { type: 'string', default: 'provided.al2023,python3.13,nodejs24.x,nodejs22.x' },
  },
})
const { 'dry-run': isDry, out } = values

const say = (line: string): void => void process.stdout.write(`${line}\n`)
rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })
if (!isDry) refuseUnready(root)
say(await setVersions(root, out, isDry))
for (const line of await packPackages(root, out)) say(line)
for (const line of await checkPackages(out)) say(line)
for (const line of await buildLayers(root, out, values.runtimes.split(','))) say(line)
say(writeSums(out))
if (isDry) say('dry run: nothing was published, and nothing was changed')
else for (const line of await publishPackages(root, out)) say(line)
