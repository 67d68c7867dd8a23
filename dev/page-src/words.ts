import type { Status } from '../src/records/record.ts'

/** Front doors by the names that `--as` takes, and further ones that only the form offers. */
export const doors: Readonly<Record<string, string>> = {
  url: 'Function URL',
  http: 'HTTP API (2.0)',
  'http-1.0': 'HTTP API (1.0)',
  rest: 'REST API',
  alb: 'Load balancer',
  'alb-multi': 'Load balancer, multi-value',
  lattice: 'VPC Lattice (2.0)',
  'lattice-1': 'VPC Lattice (1.0)',
}

export const statusWords: Readonly<Record<Status, string>> = {
  queued: 'waits for an instance',
  starting: 'its instance starts',
  running: 'runs',
  retrying: 'waits for its next try',
  done: 'done',
}

/** `0.4 ms`, `31 ms`, `2.5 s` */
export function span(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1_000).toFixed(0)} s`
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)} s`
  return `${ms >= 10 ? ms.toFixed(0) : ms.toFixed(1)} ms`
}

/** `14:03:59` */
export function clock(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB')
}

/** `312 bytes`, `14 KB`, `6.0 MB` */
export function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(0)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}
