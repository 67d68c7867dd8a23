import { invalid } from './config-text.ts'
import { messageOf } from '../errors.ts'
import { isPlainObject } from '../plain-object.ts'
import { quote } from '../wording.ts'

/** Values of a file and lists in them; an alias of YAML counts as often as it stands there, because whoever writes the value out writes it that often. */
const mostValues = 100_000
/** Whatever walks through a value later does so recursively. */
const mostLevels = 100

/**
 * Walks through what a configuration file holds, before anything else does: text of a few lines can stand for a thousand million values, and a property of a script can
 * throw when it is read. Circles are let through, instances of classes are not looked into.
 * @throws HostError `Runtime.InvalidConfiguration`
 */
export function checkShape(content: unknown, label: string): void {
  const path: string[] = []
  const above = new Set<unknown>()
  let values = 0

  const visit = (value: unknown): void => {
    if (++values > mostValues)
      throw invalid(label, {
        problem: `it holds more than ${mostValues} values, each alias counted as often as it stands there`,
        cure: 'make it shorter',
      })
    const keys = childrenOf(value)
    if (keys.length === 0 || above.has(value)) return
    if (path.length >= mostLevels)
      throw invalid(label, {
        problem: `${pathOf(path.slice(0, 3))} is nested more than ${mostLevels} levels deep`,
        cure: 'make it flatter',
      })
    above.add(value)
    for (const key of keys) {
      path.push(key)
      visit(read(value as Record<string, unknown>, key))
      path.pop()
    }
    above.delete(value)
  }

  const reading = <Result>(get: () => Result): Result => {
    try {
      return get()
    } catch (error) {
      throw invalid(label, {
        problem: `${pathOf(path)} can't be read: ${messageOf(error)}`,
        cure: 'write a plain value',
        cause: error,
      })
    }
  }
  const childrenOf = (value: unknown): readonly string[] =>
    reading(() => (Array.isArray(value) || isPlainObject(value) ? Object.keys(value) : []))
  const read = (value: Record<string, unknown>, key: string): unknown => reading(() => value[key])

  visit(content)
}

/** `plugins.perl.extensions.0`, `handlers['app.handler']`. */
export function pathOf(path: readonly string[]): string {
  if (path.length === 0) return 'the configuration'
  return path
    .map((key, index) => (/^[\w-]+$/.test(key) ? `${index === 0 ? '' : '.'}${key}` : `[${quote(key)}]`))
    .join('')
}
