import { architectures, isTooOld } from '../artifacts/target.ts'
import type { Flag } from '../command-line/command.ts'

/** The flag for a function's runtime. */
export function runtimeWhyNot(word: string): string | undefined {
  return isTooOld(word) ? "runs on Amazon Linux 2 (glibc 2.26), where Node 24 can't start" : undefined
}

export const archFlag = {
  value: 'ARCH',
  words: architectures,
  // Names elsewhere: AWS's, Docker's, the kernel's.
  synonyms: { x86_64: 'x64', amd64: 'x64', aarch64: 'arm64' },
  usual: 'x64',
  help: '',
} as const satisfies Flag
