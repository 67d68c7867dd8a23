/** A file of a bundle. */
export interface BundleFile {
  /** Relative to the bundle's folder. */
  readonly path: string
  readonly text: string
}
