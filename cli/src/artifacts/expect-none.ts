import { BuildError } from './build-error.ts'

/**
 * The bundler's output is changed by text replacement. If a place was not replaced, the program would be wrong: another
 * version of esbuild may write it differently.
 *
 * @param path of the file in the bundle
 * @throws BuildError
 */
export function expectNone(text: string, pattern: RegExp, path: string): void {
  const [left] = pattern.exec(text) ?? []
  if (left === undefined) return
  throw new BuildError({
    problem: `the bundle's ${path} holds ${left.slice(0, 80)}, which the build doesn't know how to change`,
    cure: 'install the version of esbuild that anyhandler names',
  })
}
