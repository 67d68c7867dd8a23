import { existsSync, writeFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { UsageError } from '../usage-error.ts'
import type { Artifact } from './artifact.ts'
import { functionVariables } from './bootstrap.ts'
import { BuildError } from './build-error.ts'
import type { BuildValues } from './build-options.ts'
import { handlersOf, hasTables, projectLanguages } from './project-handlers.ts'
import { artifactNames, openProject } from './project.ts'
import type { Project } from './project.ts'
import { shellWord } from './shell-words.ts'
import { architectures, isPythonRuntime, pythonRuntimes, runtimes, templateKinds } from './target.ts'
import type { Architecture, Runtime, TemplateKind } from './target.ts'
import { wantedFunctions } from './template-events.ts'
import type { Wanted, WantedFunctions } from './template-events.ts'
import { cdk } from './templates/cdk.ts'
import { sam } from './templates/sam.ts'
import { serverless } from './templates/serverless.ts'
import type { Template, TemplateFunction } from './templates/template.ts'
import { usualRuntime } from './usual-runtime.ts'
import { terraform } from './templates/terraform.ts'

const templates: Readonly<Record<TemplateKind, Template>> = { sam, cdk, terraform, serverless }

export const template: Artifact = {
  takesFolder: true,
  async build(values, root) {
    const { arch, runtime = usualRuntime(root), template: kind = templateKinds[0] } = values
    const project = await openProject(root)
    const { file, deploy, render } = templates[kind]
    const out = values.out ?? file
    if (existsSync(out)) {
      throw new BuildError({ at: out, problem: `${out} exists`, cure: 'remove it, or name another file with --out' })
    }
    const { functions: wanted, left } = wantedOf(values, project)
    const functions = withIds(wanted)
    const text = render({
      name: stackName(root),
      runtime,
      arch,
      functions,
      variables: functionVariables(runtime),
      layerZip: artifactNames.layer,
      functionZip: artifactNames.function,
    })
    writeFileSync(resolve(out), text)
    const next = [...steps(runtime, arch, root), deploy]
    const lines = next.map((command) => `  ${command}\n`).join('')
    const notes = `${withoutPython(runtime, project)}${leftOut(left)}${withoutEvents(functions)}${ownDatabases(functions, project)}`
    const said = `${out}: ${kind} for ${runtime}, ${arch}\n${notes}Next, in its folder:\n${lines}`
    return { text: said, facts: { file: out, kind, runtime, arch, functions, next } }
  },
}

/** The functions of the configuration's tables; without tables, or with `--handlers`, a function for each name. */
function wantedOf(values: BuildValues, project: Project): WantedFunctions {
  const apart = values['per-route'] === true
  if (apart && !hasTables(project))
    throw new UsageError('--per-route needs routes or sources in the configuration (see docs/routes.md)')
  if (hasTables(project) && values.handlers === undefined) return wantedFunctions(project.config, apart)
  return { functions: handlersOf(values, project).map((handler) => ({ handler, events: [] })), left: [] }
}

/** Sources whose trigger stands where the thing itself does. */
function leftOut(sources: WantedFunctions['left']): string {
  return sources
    .map(({ from, run }) => `The template has no events from ${from} for ${run}: add them at their source\n`)
    .join('')
}

/** Says that nobody can call the functions over HTTP yet. */
function withoutEvents(functions: readonly TemplateFunction[]): string {
  return functions.some(({ events }) => events.length > 0)
    ? ''
    : 'The template has no URL and no events: add routes or sources to the configuration (see docs/routes.md), or add them to the template\n'
}

/** Warns if several functions would each have their own copy of one database. */
function ownDatabases(functions: readonly TemplateFunction[], { config }: Project): string {
  const { sql } = config.plugins
  const options = sql ? (sql.options as { readonly database?: unknown } | undefined) : undefined
  const database = options?.database
  return functions.length > 1 && typeof database === 'string' && database.startsWith('/tmp/')
    ? `Each function has its own /tmp, so the functions don't share ${database}: name a file on EFS, or make one function with routes\n`
    : ''
}

/** The commands that build the template's zips. */
function steps(runtime: Runtime, arch: Architecture, root: string): string[] {
  const flags = [
    ...(runtime === runtimes[0] ? [] : [`--runtime ${runtime}`]),
    ...(arch === architectures[0] ? [] : [`--arch ${arch}`]),
  ].map((flag) => ` ${flag}`)
  return [
    `npx anyhandler build layer${flags.join('')}`,
    `npx anyhandler build function${flags.join('')} ${shellWord(root)}`,
  ]
}

/** Warns if the chosen runtime lacks Python for Python handlers. */
function withoutPython(runtime: Runtime, project: Project): string {
  const needsPython = projectLanguages(project).includes('python')
  return needsPython && !isPythonRuntime(runtime)
    ? `${runtime} has no Python: add a layer with Python, or use --runtime ${pythonRuntimes[0]}\n`
    : ''
}

/**
 * Letters, digits and single hyphens, from the folder's name, as every tool takes them for a stack: two characters at
 * least.
 */
export function stackName(root: string): string {
  const words = basename(root)
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
  const name = words.join('-')
  return (/^[A-Za-z]./.test(name) ? name : ['anyhandler', ...words].join('-')).slice(0, 32).replace(/-$/, '')
}

/** `reports/monthly.handler` → `ReportsMonthlyHandler`; names that would be the same get a number. */
export function withIds(wanted: readonly Wanted[]): readonly TemplateFunction[] {
  const taken = new Set<string>(['AnyhandlerLayer'])
  return wanted.map(({ handler, events }) => {
    const words = handler.split(/[^A-Za-z0-9]+/).filter((word) => word !== '')
    const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
    const stem = /^[A-Z]/.test(joined) ? joined : `Handler${joined}`
    let id = stem
    for (let number = 2; taken.has(id); number++) id = `${stem}${number}`
    taken.add(id)
    return { id, handler, events }
  })
}
