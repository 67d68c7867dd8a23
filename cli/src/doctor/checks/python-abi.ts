import { basename } from 'node:path'
import type { Check, Examined } from '../examined.ts'

/** `speedups.cpython-311-x86_64-linux-gnu.so` is looked at by CPython 3.11 only. */
const tag = /^(?<module>[^.]+)\.(?:cpython|pypy)-?(?<major>\d)(?<minor>\d+)[^.]*\.so$/

/** Compiled modules for another Python than the function's. */
export const pythonAbi: Check = ({ packed, platform }) => {
  const { python } = platform
  if (python === undefined) return []
  const compiled = packed.files().flatMap(({ path }) => {
    const { module = '', major = '', minor = '' } = tag.exec(basename(path))?.groups ?? {}
    return module === ''
      ? []
      : [{ path, made: `${major}.${minor}`, key: path.slice(0, -basename(path).length) + module }]
  })
  const fitting = new Set(compiled.filter(({ made }) => made === python).map(({ key }) => key))
  return compiled
    .filter(({ made, key }) => made !== python && !fitting.has(key) && !hasOther(key, packed))
    .map(({ path, made }) => ({
      severity: 'error',
      file: path,
      fault: `is built for Python ${made}, but ${platform.name} has ${python}, which ignores it`,
      cure: `install it for Python ${python}: pip install --python-version ${python} --only-binary=:all: --target DIR PACKAGE`,
    }))
}

/** The same module for every Python 3, or as source. */
function hasOther(key: string, packed: Examined['packed']): boolean {
  return ['.abi3.so', '.so', '.py'].some((end) => packed.has(key + end))
}
