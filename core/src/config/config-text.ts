import { readFileSync } from 'node:fs'
import { HostError, messageOf } from '../errors.ts'
import type { HostErrorInit } from '../errors.ts'
import { importDefault } from '../import-default.ts'
import { firstLine } from '../wording.ts'

/** The error for a fault in a configuration. */
export function invalid(at: string, fault: Omit<HostErrorInit, 'at'>): HostError {
  return new HostError('Runtime.InvalidConfiguration', { at, ...fault })
}

/** Reads a file in the format of its extension. `label` is the file's name in messages. */
export type ConfigReader = (path: string, label: string) => unknown

const script: ConfigReader = async (path, label) => {
  let content: unknown
  try {
    content = await importDefault(path)
  } catch (error) {
    throw invalid(withLine(label, lineInStack(error, path)), {
      problem: `the script can't be loaded: ${firstLine(messageOf(error))}`,
      cause: error,
    })
  }
  if (content === undefined)
    throw invalid(label, { problem: 'the script has no default export', cure: 'write `export default { … }`' })
  return content
}

/** Readers by extension. Node strips the types of TypeScript itself. */
export const readers: Readonly<Record<string, ConfigReader>> = {
  '.yaml': readYaml,
  '.yml': readYaml,
  '.json': (path, label) => parseJson(readText(path, label), label),
  '.js': script,
  '.mjs': script,
  '.cjs': script,
  '.ts': script,
  '.mts': script,
  '.cts': script,
}

export function readText(path: string, label: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    throw invalid(label, { problem: `the file can't be read: ${messageOf(error)}`, cause: error })
  }
}

export function parseJson(text: string, label: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const what = messageOf(error)
      .replace(/, (?:\.\.\.)?".*$/s, '')
      .replace(/ (?:in JSON )?at position .*$/s, '')
    throw invalid(withLine(label, jsonLine(text)), {
      problem: `it is not JSON: ${what.replaceAll('\n', String.raw`\n`)}`,
      cause: error,
    })
  }
}

/**
 * V8 doesn't always give a position. So this parses growing prefixes: the first line whose prefix fails for a reason
 * other than "unexpected end" is the one. No token of JSON spans two lines.
 */
function jsonLine(text: string): number {
  const lines = text.trimEnd().split('\n')
  let prefix = ''
  for (const [index, line] of lines.entries()) {
    prefix += index === lines.length - 1 ? line : `${line}\n`
    const message = jsonFault(prefix)
    if (
      message !== undefined &&
      !message.includes('end of JSON input') &&
      !message.includes(`at position ${prefix.length} `)
    )
      return index + 1
  }
  return lines.length
}

function jsonFault(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

/**
 * Only the YAML loader of cosmiconfig is used. Its search also reads (and runs) `.config/config.js` of the working
 * directory, and follows `$import` to files outside the task root.
 */
async function readYaml(path: string, label: string): Promise<unknown> {
  const text = readText(path, label)
  if (text.split('\n').every((line) => /^\s*(?:#.*|---\s*)?$/.test(line))) return {}
  // Its import asks for the home folder, which Lambda's user doesn't have.
  process.env.HOME ??= '/'
  const { defaultLoaders } = await import('cosmiconfig')
  try {
    return await defaultLoaders['.yaml'](path, text)
  } catch (error) {
    const { reason, mark } = error as { reason?: string; mark?: { line?: number } }
    throw invalid(withLine(label, mark?.line === undefined ? undefined : mark.line + 1), {
      problem: `it is not YAML: ${reason ?? messageOf(error)}`,
      cause: error,
    })
  }
}

function withLine(label: string, line: number | undefined): string {
  return line === undefined ? label : `${label}:${line}`
}

function lineInStack(error: unknown, path: string): number | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const rest = stack.split(path)[1]
  const line = rest === undefined ? undefined : /^:(?<line>\d+)/.exec(rest)?.groups?.line
  return line === undefined ? undefined : Number(line)
}
