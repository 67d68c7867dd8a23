import { randomBytes } from 'node:crypto'

/** The emulator's. */
const account = '012345678912'

/** @param qualifier version or alias, if the invoker has named one */
export function arnOf(region: string, name: string, qualifier?: string): string {
  return `arn:aws:lambda:${region}:${account}:function:${name}${qualifier === undefined ? '' : `:${qualifier}`}`
}

/** Not sampled. */
export function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16)
  return `Root=1-${seconds}-${hex(12)};Parent=${hex(8)};Sampled=0`
}

function hex(bytes: number): string {
  return randomBytes(bytes).toString('hex')
}
