import { isBuiltin } from 'node:module'
import { relative } from 'node:path'
import { textOf } from '../examined.ts'
import type { Check } from '../examined.ts'
import { handlerRefs } from '../handler-refs.ts'

/** `import … from 'x'`, `import 'x'`, `export … from 'x'`, `import('x')`, `require('x')`: a name, not a path. */
const imported =
  /(?:\bfrom\s*|^[ \t]*import\s*|\bimport\(\s*|\brequire\(\s*)(?<quote>['"])(?<name>(?:@[\w.-]+\/)?[\w-][\w.-]*)(?:\/[^'"\n]*)?\k<quote>/gm
/** Packages of AWS's own Node. */
const sdk = /^@(?:aws-sdk|smithy)\//

/**
 * Packages that handlers in JavaScript import, and that neither the folder nor the platform has: the AWS SDK, above
 * all. Read as text; nothing of it runs.
 */
export const nodePackages: Check = (examined) => {
  const { project, packed, platform } = examined
  const files = handlerRefs(examined).flatMap(({ plugin, file }) =>
    plugin === 'javascript' && file !== undefined ? [relative(project.root, file)] : [],
  )
  const brings = (name: string): boolean => platform.name.startsWith('nodejs') && sdk.test(name)
  return packed
    .files()
    .filter(({ path }) => files.includes(path))
    .flatMap((file) => {
      const names = [...textOf(file).matchAll(imported)].map(({ groups }) => groups?.['name'] ?? '')
      return [...new Set(names)]
        .filter((name) => !isBuiltin(name) && !packed.has(`node_modules/${name}/package.json`))
        .filter((name) => platform.lacksModule(name) && !brings(name))
        .map((name) => ({
          severity: sdk.test(name) ? ('error' as const) : ('warning' as const),
          file: file.path,
          fault: `imports ${name}, which neither the folder nor ${platform.name} has`,
          cure: `run npm install ${name}, so that package.json lists it, or pass --have ${name} if a layer contains it`,
        }))
    })
}
