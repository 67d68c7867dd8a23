import type * as CycloneDx from '@cyclonedx/cyclonedx-library'
import { createRequire } from 'node:module'
import { version as hostVersion } from '@anyhandler/core/host'
import { FileTree } from './file-tree.ts'
import { licenseTexts } from './license-texts.ts'
import { packagesOf } from './package-folder.ts'
import type { NamedPackage } from './package-folder.ts'
import type { Target, NodeRelease } from './target.ts'

export interface Contents {
  readonly target: Target
  /** Files of this machine that were bundled or copied. */
  readonly sources: readonly string[]
  /** Node, if it is included: its release, and the folder of its licence. */
  readonly node?: { readonly release: NodeRelease; readonly folder: string }
}

/** The host's own packages, which LICENSE is for. */
const own = /^(?:anyhandler$|@anyhandler\/)/

/**
 * Describes the content of an artifact: `LICENSE` (of the host), `NOTICE` (licence texts of all other parts),
 * `sbom.cdx.json` (CycloneDX 1.6) and `version.json`. Made at build time, from the bundler's list. Without a time or a
 * random number: the same content gives the same bytes.
 */
export function contentsOf({ target: { runtime, arch, languages }, sources, node }: Contents): FileTree {
  const packages = packagesOf(sources)
  const others = packages.filter(({ name }) => !own.test(name))
  const tree = new FileTree()
  const [license = ''] = licenseTexts(ownFolder())
  tree.add('LICENSE', license)
  const notices = [
    ...(node ? [notice(`Node.js ${node.release.version}`, 'MIT', licenseTexts(node.folder))] : []),
    ...others.map(({ name, version, license: id, folder }) => notice(`${name} ${version}`, id, licenseTexts(folder))),
  ]
  tree.add('NOTICE', `The parts of this host besides its own files, with their licences.\n\n${notices.join('')}`)
  tree.add('sbom.cdx.json', `${billOfMaterials(packages, node?.release)}\n`)
  const facts = { version: hostVersion, runtime, arch, languages, ...(node && { node: node.release.version }) }
  tree.add('version.json', `${JSON.stringify(facts, undefined, 2)}\n`)
  return tree
}

function notice(title: string, license: string, texts: readonly string[]): string {
  const line = '='.repeat(80)
  return `${line}\n${title}, ${license}\n${line}\n\n${texts.map((text) => `${text.trim()}\n\n`).join('')}`
}

function ownFolder(): string {
  return new URL('../../', import.meta.url).pathname
}

function billOfMaterials(packages: readonly NamedPackage[], node: NodeRelease | undefined): string {
  // 100 ms, for those who build a host only.
  const { Enums, Models, Serialize, SPDX, Spec } = createRequire(import.meta.url)(
    '@cyclonedx/cyclonedx-library',
  ) as typeof CycloneDx
  const bom = new Models.Bom()
  const host = new Models.Component(Enums.ComponentType.Application, 'anyhandler-host', {
    version: hostVersion,
    bomRef: 'anyhandler-host',
  })
  host.licenses.add(new Models.SpdxLicense('MIT'))
  bom.metadata.component = host
  for (const { name, version, license } of packages) {
    const component = library(name, version)
    component.licenses.add(licenseOf(license))
  }
  if (node) {
    const component = library(node.name, node.version)
    component.licenses.add(new Models.SpdxLicense('MIT'))
    component.hashes.set(Enums.HashAlgorithm['SHA-256'], node.sha256)
  }
  const normalizer = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6)
  return new Serialize.JsonSerializer(normalizer).serialize(bom, { sortLists: true, space: 2 })

  function library(name: string, version: string): InstanceType<typeof Models.Component> {
    const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`
    const component = new Models.Component(Enums.ComponentType.Library, name, { version, purl, bomRef: purl })
    bom.components.add(component)
    host.dependencies.add(component.bomRef)
    return component
  }

  function licenseOf(
    text: string,
  ): InstanceType<typeof Models.SpdxLicense | typeof Models.LicenseExpression | typeof Models.NamedLicense> {
    if (SPDX.isSupportedSpdxId(text)) return new Models.SpdxLicense(text)
    return / (?:AND|OR|WITH) /.test(text) ? new Models.LicenseExpression(text) : new Models.NamedLicense(text)
  }
}
