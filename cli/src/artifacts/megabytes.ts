/** A size in words, as Lambda counts: 1 MB is 2^20 bytes. */
export function megabytes(bytes: number): string {
  return bytes < 2 ** 20 ? `${Math.ceil(bytes / 2 ** 10)} KB` : `${(bytes / 2 ** 20).toFixed(1)} MB`
}

/** Lambda's limits, in bytes. */
export const limits = {
  /** Limit for a direct upload of a zip; larger zips go through S3. */
  zipped: 50 * 2 ** 20,
  /** A function and its layers together. */
  unzipped: 250 * 2 ** 20,
} as const
