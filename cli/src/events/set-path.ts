import { UsageError } from '../usage-error.ts'

/**
 * Sets values in an event: `Records.0.body=text`. A value is JSON if it can be, else text; where a string stands, it
 * stays a string.
 *
 * @param settings `path=value` each; `\.` is a dot in a key
 * @throws UsageError for a setting that is none, or a path that leads through a value
 */
export function setPaths(event: unknown, settings: readonly string[]): unknown {
  let changed = event
  for (const setting of settings) {
    const at = setting.indexOf('=')
    if (at <= 0) throw new UsageError(`--set ${setting} is not path=value, such as Records.0.body=hello`)
    const text = setting.slice(at + 1)
    const change: Change = (value) => (typeof value === 'string' ? text : parsed(text))
    changed = set(changed, stepsOf(setting.slice(0, at)), change, `--set ${setting}`)
  }
  return changed
}

/**
 * Sets values in an event by path; each value keeps its type.
 * @throws UsageError for a path that leads through a value
 */
export function setValues(event: unknown, values: readonly (readonly [path: string, value: unknown])[]): unknown {
  let changed = event
  for (const [path, value] of values) changed = set(changed, stepsOf(path), () => value, `set ${path}`)
  return changed
}

/** Turns the old value at a path into the new one. */
type Change = (value: unknown) => unknown

/** `\.` is a dot in a key. */
function stepsOf(path: string): readonly string[] {
  return path.split(/(?<!\\)\./).map((step) => step.replaceAll('\\.', '.'))
}

function set(value: unknown, [step, ...rest]: readonly string[], change: Change, setting: string): unknown {
  if (step === undefined) return change(value)
  if (Array.isArray(value)) {
    const index = Number(step)
    if (!/^\d+$/.test(step) || index > value.length)
      throw new UsageError(`${setting}: '${step}' is not a position in a list of ${value.length}`)
    const changed = set(value[index], rest, change, setting)
    return index === value.length ? [...(value as unknown[]), changed] : (value.with(index, changed) as unknown)
  }
  if (value !== undefined && value !== null && typeof value !== 'object')
    throw new UsageError(`${setting}: '${step}' can't be inside a ${typeof value}`)
  const object = (value ?? {}) as Readonly<Record<string, unknown>>
  const inner = Object.hasOwn(object, step) ? object[step] : undefined
  return { ...object, [step]: set(inner, rest, change, setting) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
