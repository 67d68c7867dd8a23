/** The requirements of a Linux program or library. */
export interface Elf {
  /** `x64` and `arm64` as Node says it; others by their number in the format. */
  readonly machine: string
  /** Started as a program: it names its loader. */
  readonly loader: string | undefined
  /** Libraries that it names: `libc.so.6`. */
  readonly libraries: readonly string[]
  /** Versions of symbols that it needs: `GLIBC_2.34`. */
  readonly versions: readonly string[]
}

interface Segment {
  readonly type: number
  readonly offset: number
  readonly address: number
  readonly size: number
}

const machines: Readonly<Record<number, string>> = {
  3: 'x86, 32 bits',
  40: 'arm, 32 bits',
  62: 'x64',
  183: 'arm64',
  243: 'riscv',
}
const segmentTypes = { load: 1, dynamic: 2, interpreter: 3 } as const
const tags = { needed: 1, strings: 5, versionNeeds: 0x6fff_fffe, versionNeedCount: 0x6fff_ffff } as const

/** Reads the head of an ELF file; undefined for another or a damaged file. */
export function readElf(bytes: Buffer): Elf | undefined {
  if (bytes.length < 64 || bytes.readUInt32BE(0) !== 0x7f45_4c46) return undefined
  const machine = bytes.readUInt16LE(18)
  const name = machines[machine] ?? `machine ${machine}`
  // No Lambda function runs 32-bit or big-endian files.
  if (bytes[4] !== 2 || bytes[5] !== 1) return { machine: name, loader: undefined, libraries: [], versions: [] }
  try {
    const segments = readSegments(bytes)
    return { machine: name, loader: readLoader(bytes, segments), ...readDynamic(bytes, segments) }
  } catch {
    return undefined
  }
}

function readSegments(bytes: Buffer): readonly Segment[] {
  const table = long(bytes, 32)
  const size = bytes.readUInt16LE(54)
  return Array.from({ length: bytes.readUInt16LE(56) }, (_, index) => {
    const at = table + index * size
    return {
      type: bytes.readUInt32LE(at),
      offset: long(bytes, at + 8),
      address: long(bytes, at + 16),
      size: long(bytes, at + 32),
    }
  })
}

function readLoader(bytes: Buffer, segments: readonly Segment[]): string | undefined {
  const segment = segments.find(({ type }) => type === segmentTypes.interpreter)
  return segment && textAt(bytes, segment.offset)
}

function readDynamic(bytes: Buffer, segments: readonly Segment[]): Pick<Elf, 'libraries' | 'versions'> {
  const dynamic = segments.find(({ type }) => type === segmentTypes.dynamic)
  if (!dynamic) return { libraries: [], versions: [] }
  const entries: [number, number][] = []
  for (let at = dynamic.offset; at < dynamic.offset + dynamic.size; at += 16)
    entries.push([long(bytes, at), long(bytes, at + 8)])
  const valueOf = (tag: number): number | undefined => entries.find(([known]) => known === tag)?.[1]
  const placeOf = (address: number): number => {
    const segment = segments.find(
      ({ type, address: start, size }) => type === segmentTypes.load && address >= start && address < start + size,
    )
    return segment ? address - segment.address + segment.offset : address
  }
  const strings = placeOf(valueOf(tags.strings) ?? 0)
  const text = (offset: number): string => textAt(bytes, strings + offset)
  const needs = valueOf(tags.versionNeeds)
  return {
    libraries: entries.filter(([tag]) => tag === tags.needed).map(([, offset]) => text(offset)),
    versions: needs === undefined ? [] : readVersions(bytes, placeOf(needs), valueOf(tags.versionNeedCount) ?? 0, text),
  }
}

/** Chains of files, each with its chain of versions. */
function readVersions(bytes: Buffer, start: number, count: number, text: (offset: number) => string): string[] {
  const versions: string[] = []
  for (let file = 0, at = start; file < count; file++) {
    for (let version = 0, entry = at + bytes.readUInt32LE(at + 8); version < bytes.readUInt16LE(at + 2); version++) {
      versions.push(text(bytes.readUInt32LE(entry + 8)))
      entry += bytes.readUInt32LE(entry + 12)
    }
    at += bytes.readUInt32LE(at + 12)
  }
  return versions
}

function textAt(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at, bytes.indexOf(0, at))
}

function long(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at))
}
