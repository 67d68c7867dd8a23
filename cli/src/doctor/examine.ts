import { relative, resolve } from 'node:path'
import { HostError, Registry, resolvePlugin } from '@anyhandler/core/host'
import type { Config, Language } from '@anyhandler/core/host'
import { BuildError } from '../artifacts/build-error.ts'
import { FileTree } from '../artifacts/file-tree.ts'
import { projectPackages } from '../artifacts/function-tree.ts'
import { requirementsOf } from '../artifacts/python-requirements.ts'
import { projectFiles } from '../artifacts/project-files.ts'
import { openProject, projectOf } from '../artifacts/project.ts'
import type { Project } from '../artifacts/project.ts'
import { builtIns } from '../built-ins.ts'
import { batchFailures } from './checks/batch-failures.ts'
import { byteOrderMarks } from './checks/byte-order-marks.ts'
import { commands } from './checks/commands.ts'
import { databasePlace } from './checks/database-place.ts'
import { execWrapper } from './checks/exec-wrapper.ts'
import { executeBits } from './checks/execute-bits.ts'
import { foreignBinaries } from './checks/foreign-binaries.ts'
import { handlerNames } from './checks/handler-names.ts'
import { interpreters } from './checks/interpreters.ts'
import { languageNeeds } from './checks/language-needs.ts'
import { leftOut } from './checks/left-out.ts'
import { lineEndings } from './checks/line-endings.ts'
import { loading } from './checks/loading.ts'
import { nativeModules } from './checks/native-modules.ts'
import { noHandlers } from './checks/no-handlers.ts'
import { nodePackages } from './checks/node-packages.ts'
import { pythonAbi } from './checks/python-abi.ts'
import { pythonSources } from './checks/python-sources.ts'
import { secrets } from './checks/secrets.ts'
import { shellFunctions } from './checks/shell-functions.ts'
import { shebangs } from './checks/shebangs.ts'
import { shellScripts } from './checks/shell-scripts.ts'
import { sizes } from './checks/sizes.ts'
import { sqlFiles } from './checks/sql-files.ts'
import type { Check, Examined } from './examined.ts'
import type { Finding } from './finding.ts'

const checks: readonly Check[] = [
  noHandlers,
  handlerNames,
  leftOut,
  interpreters,
  languageNeeds,
  loading,
  pythonSources,
  nodePackages,
  shellFunctions,
  commands,
  shellScripts,
  lineEndings,
  byteOrderMarks,
  sqlFiles,
  databasePlace,
  executeBits,
  shebangs,
  nativeModules,
  foreignBinaries,
  pythonAbi,
  execWrapper,
  batchFailures,
  secrets,
  sizes,
]

const severity = 'error' as const

/** The defaults if the configuration can't be read. */
const noConfig: Config = { transport: 'socket', concurrency: 1, shape: true, plugins: {}, handlers: {} }

/** Looks for everything that would fail on Lambda; in the order of the checks. */
export async function examine(
  root: string,
  given: Pick<Examined, 'platform' | 'arch' | 'handlers' | 'viaS3'>,
): Promise<{ findings: readonly Finding[]; fileCount: number }> {
  const findings: Finding[] = []
  const project = (await attempt(findings, root, () => openProject(root))) ?? projectOf(root, noConfig)
  const languages = (await attempt(findings, root, () => new Registry(builtIns, project.config, root).languages)) ?? []
  for (const language of languages)
    if (language.origin === 'configuration') await attempt(findings, root, () => resolvePlugin(language, root))
  const files = projectFiles(project)
  findings.push(...files.faults.map(({ at, problem, cure }) => ({ severity, file: at, fault: problem, cure })))
  const packed = new FileTree()
  packed.addTree('', files.tree)
  packed.addTree('', (await packages(findings, project, languages)) ?? new FileTree())
  const declared = { python: requirementsOf(root) !== undefined }
  const examined: Examined = { project, languages, files, packed, declared, ...given }
  for (const check of checks) findings.push(...((await attempt(findings, root, () => check(examined))) ?? []))
  return { findings: findings.filter(({ fault }) => !isSaid(fault, findings)), fileCount: packed.files().length }
}

/**
 * A plugin that can't be imported, of which another finding says which import or package is missing; a plugin's path
 * that leads out of the folder through a link, of which another finding says that it does.
 */
function isSaid(fault: string, findings: readonly Finding[]): boolean {
  if (/^plugins\..+, which leads out of the task root to /.test(fault))
    return findings.some((other) => other.fault.startsWith('is a symbolic link that leads out '))
  const { plugin, name } =
    /(?<plugin>plugin '[^']+') \(.+\) could not be imported: (?:Cannot find package '(?<name>[^']+)')?/.exec(fault)
      ?.groups ?? {}
  return findings.some(
    (other) =>
      (plugin !== undefined && other.fault.startsWith(`${plugin}: `)) ||
      (name !== undefined && other.fault.startsWith(`the package '${name}', which `)),
  )
}

/** A plugin that isn't installed was said already. */
async function packages(
  findings: Finding[],
  project: Project,
  languages: readonly Language[],
): Promise<FileTree | undefined> {
  const known = findings.length
  const tree = await attempt(findings, project.root, async () => (await projectPackages(project)).tree)
  if (known > 0 && languages.some(({ origin }) => origin === 'configuration')) findings.splice(known)
  return tree
}

/** Turns a refusal of the host or the build into a finding. */
async function attempt<Value>(
  findings: Finding[],
  root: string,
  work: () => Value | Promise<Value>,
): Promise<Value | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!HostError.is(error) && !(error instanceof BuildError)) throw error
    const { problem, cure = 'see docs/configuration.md', at } = error
    // A problem that begins with its place needs no other in front.
    const file = at === undefined || problem.startsWith(at) ? '.' : relative(root, resolve(root, at))
    findings.push({ severity, file, fault: problem, cure })
    return undefined
  }
}
