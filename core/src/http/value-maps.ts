/** Values by name, in the formats of events. A name may have several. */
export type Values = ReadonlyMap<string, readonly string[]>

/** The last value of each name. */
export function singles(values: Values): Record<string, string> {
  return Object.fromEntries([...values].map(([name, list]) => [name, list.at(-1) as string]))
}

/** All values of each name. */
export function lists(values: Values): Record<string, readonly string[]> {
  return Object.fromEntries(values)
}

/** All values of each name, joined. */
export function joined(
  values: Iterable<readonly [string, readonly string[]]>,
  separator: string,
): Record<string, string> {
  return Object.fromEntries([...values].map(([name, list]) => [name, list.join(separator)]))
}

/** Version 1 has `null` instead of an empty map. */
export function orNull<Value>(values: Record<string, Value>): Record<string, Value> | null {
  return Object.keys(values).length > 0 ? values : null
}
