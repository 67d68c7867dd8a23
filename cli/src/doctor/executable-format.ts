/** Formats of other systems' programs by their first bytes, as hexadecimal digits. */
const magics: readonly (readonly [RegExp, string])[] = [
  [/^(?:cffaedfe|cefaedfe|feedfacf|feedface)/, 'macOS'],
  // Java's class files begin as universal binaries do: theirs is a version where the others count their parts.
  [/^cafebabe0000000[1-9]/, 'macOS'],
]

/** The system that a program or library is made for when it isn't Linux. */
export function foreignSystem(bytes: Buffer): string | undefined {
  if (bytes.subarray(0, 2).toString('latin1') === 'MZ' && isPortable(bytes)) return 'Windows'
  const start = bytes.toString('hex', 0, 8)
  return magics.find(([magic]) => magic.test(start))?.[1]
}

/** `MZ` alone can begin a text. */
function isPortable(bytes: Buffer): boolean {
  if (bytes.length < 64) return false
  const at = bytes.readUInt32LE(60)
  return bytes.toString('latin1', at, at + 4) === 'PE\0\0'
}
