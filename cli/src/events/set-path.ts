import { UsageError } from '../command.ts'

/**
 * Sets values in an event: `Records.0.body=text`. A value is JSON if it can be, else text; where a string stands, it stays a string.
 *
 * @param settings `path=value` each; `\.` is a dot in a key
 * @throws UsageError for a setting that is none, or a path that leads through a value
 */
export function setPaths(event: unknown, settings: readonly string[]): unknown {
  let changed = event
  for (const setting of settings) {
    const at = setting.indexOf('=')
    if (at <= 0) throw new UsageError(`--set ${setting} is not path=value, such as Records.0.body=hello`)
    const steps = setting
      .slice(0, at)
      .split(/(?<!\\)\./)
      .map((step) => step.replaceAll('\\.', '.'))
    changed = set(changed, steps, setting.slice(at + 1), setting)
  }
  return changed
}

function set(value: unknown, [step, ...rest]: readonly string[], text: string, setting: string): unknown {
  if (step === undefined) return typeof value === 'string' ? text : parsed(text)
  if (Array.isArray(value)) {
    const index = Number(step)
    if (!/^\d+$/.test(step) || index > value.length)
      throw new UsageError(`--set ${setting}: '${step}' is no place in a list of ${value.length}`)
    const changed = set(value[index], rest, text, setting)
    return index === value.length ? [...(value as unknown[]), changed] : (value.with(index, changed) as unknown)
  }
  if (value !== undefined && value !== null && typeof value !== 'object')
    throw new UsageError(`--set ${setting}: '${step}' would lie in a ${typeof value}`)
  const object = (value ?? {}) as Readonly<Record<string, unknown>>
  const inner = Object.hasOwn(object, step) ? object[step] : undefined
  return { ...object, [step]: set(inner, rest, text, setting) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
