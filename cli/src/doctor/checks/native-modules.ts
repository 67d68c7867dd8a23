import type { TreeFile } from '../../artifacts/file-tree.ts'
import { readElf } from '../elf.ts'
import type { Elf } from '../elf.ts'
import type { Check, Examined } from '../examined.ts'

/** The newest symbol versions of Amazon Linux 2023. */
const newest: Readonly<Record<string, readonly number[]>> = { GLIBC: [2, 34], GLIBCXX: [3, 4, 29], CXXABI: [1, 3, 13] }

interface Native {
  readonly file: TreeFile
  readonly fault: string | undefined
}

/** Programs and libraries for another processor or another C library. */
export const nativeModules: Check = (examined) => {
  const natives = examined.packed.files().flatMap((file): Native[] => {
    const elf = mayBeNative(file) ? readElf(file.read()) : undefined
    return elf ? [{ file, fault: faultOf(elf, examined) }] : []
  })
  // Packages that bring one file for each kind of machine say so in their names: one that fits is enough.
  const fitting = new Set(
    natives.filter(({ fault }) => fault === undefined).map(({ file }) => withoutMachine(file.path)),
  )
  return natives
    .filter(({ file, fault }) => fault !== undefined && !fitting.has(withoutMachine(file.path)))
    .map(({ file, fault = '' }) => ({ severity: 'error', file: file.path, fault, cure: cureOf(file.path, examined) }))
}

function mayBeNative({ path, size, executable }: TreeFile): boolean {
  return size >= 64 && (executable || /\.(?:so|node)(?:\.[\d.]+)?$/.test(path))
}

function faultOf({ machine, loader, libraries, versions }: Elf, { arch, platform }: Examined): string | undefined {
  if (machine !== arch) return `is built for ${machine}, but the function runs on ${arch}`
  if (loader?.includes('ld-musl') || libraries.some((library) => library.startsWith('libc.musl')))
    return `is built for musl, but ${platform.name} has glibc`
  const beyond = versions.filter(isBeyond).toSorted((one, other) => compare(numbersOf(other), numbersOf(one)))[0]
  return beyond === undefined ? undefined : `needs ${beyond}, but ${platform.name} has ${newestOf(beyond)}`
}

function isBeyond(version: string): boolean {
  const known = newest[nameOf(version)]
  return known !== undefined && compare(numbersOf(version), known) > 0
}

function newestOf(version: string): string {
  const name = nameOf(version)
  return `${name}_${newest[name]?.join('.')}`
}

function nameOf(version: string): string {
  return version.split('_', 1).join('')
}

function numbersOf(version: string): readonly number[] {
  return version
    .slice(version.indexOf('_') + 1)
    .split('.')
    .map(Number)
}

function compare(one: readonly number[], other: readonly number[]): number {
  const index = one.findIndex((number, place) => number !== (other[place] ?? 0))
  return index === -1 ? 0 : (one[index] ?? 0) - (other[index] ?? 0)
}

function withoutMachine(path: string): string {
  return path
    .replaceAll(
      /(?:linux|gnu|glibc|musl|x86_64|x64|amd64|arm64|aarch64|armv?\d*[lh]?f?|ia32|i[36]86|s390x|ppc64(?:le)?|riscv64|loong64)/g,
      '',
    )
    .replaceAll(/[-_]+/g, '-')
}

function cureOf(path: string, { arch }: Examined): string {
  if (/(?:^|\/)node_modules\//.test(path))
    return `install it for Lambda: npm install --os=linux --cpu=${arch} --libc=glibc`
  if (/\.so(?:\.|$)/.test(path)) {
    const wheel = `manylinux_2_28_${arch === 'x64' ? 'x86_64' : 'aarch64'}`
    return `for Python, install it for Lambda: pip install --platform ${wheel} --only-binary=:all: --target DIR PACKAGE; else build it on Amazon Linux 2023`
  }
  return `build it on Amazon Linux 2023 for ${arch}, or link it statically`
}
