import { existsSync, readFileSync } from 'node:fs'
import { join, normalize } from 'node:path'
import type { Config } from '@anyhandler/core/host'
import ignore from 'ignore'
import { isOwnImage, isOwnTemplate, isOwnZip } from './own-artifact.ts'

/** File at the top of a project with patterns of excluded files, in the syntax of gitignore. */
const ignoreFile = '.anyhandlerignore'

/** Which files of a project go into a function. */
export interface Selection {
  /**
   * The class of files for which a path is left out: `hidden files`; undefined for a packed path.
   * @param path relative to the project, with `/`
   */
  reason(path: string, isFolder: boolean): string | undefined
}

/** Files that no function needs, by class. `!pattern` in the file of patterns includes one again. */
const usual: Readonly<Record<string, readonly string[]>> = {
  'hidden files': ['.*', '!.libs/'],
  secrets: ['*.tfstate', '*.tfstate.*', 'id_rsa*', 'id_dsa*', 'id_ecdsa*', 'id_ed25519*'],
  'caches of Python': ['__pycache__/'],
  'test cases': ['*.case.yaml'],
  'packages, except the needed ones': ['/node_modules/'],
  'lists of package versions': ['/package-lock.json', '/npm-shrinkwrap.json', '/yarn.lock', '/pnpm-lock.yaml'],
  "editors' backups": ['*~'],
  'build results': [
    '/cdk.out/',
    '/function.zip',
    '/anyhandler-layer.zip',
    '/anyhandler-image/',
    '/anyhandler*.lock.json',
  ],
}

/**
 * @param exclude further patterns
 * @throws nothing: what can't be read is said elsewhere
 */
export function selection(root: string, config: Config, exclude: readonly string[] = []): Selection {
  const rules = ignore()
  const add = (mark: string, patterns: readonly string[]): void => {
    rules.add(patterns.map((pattern) => ({ pattern, mark })))
  }
  for (const [mark, patterns] of Object.entries(usual)) add(mark, patterns)
  const named = namedFolders(config)
  add('', named.flatMap(takenBack))
  add(`named in ${ignoreFile}`, linesOf(join(root, ignoreFile)))
  add('named by --exclude', exclude)
  return {
    reason(path, isFolder) {
      const found = rules.test(isFolder ? `${path}/` : path)
      if (found.ignored) return found.rule?.mark ?? 'others'
      if (found.unignored || named.some((folder) => folder === path || folder.startsWith(`${path}/`))) return undefined
      const file = join(root, path)
      if (isFolder) {
        if (existsSync(join(file, 'pyvenv.cfg'))) return 'virtual environments'
        return isOwnImage(file) ? 'build results' : undefined
      }
      if (path.endsWith('.pem') && !isCertificate(file)) return 'secrets'
      return (path.endsWith('.zip') && isOwnZip(file)) || isOwnTemplate(path, root) ? 'build results' : undefined
    },
  }
}

/** Certificates are public, and needed: those of a database's servers, for instance. */
function isCertificate(file: string): boolean {
  const text = read(file)
  return text.includes('-----BEGIN CERTIFICATE-----') && !text.includes('PRIVATE KEY-----')
}

function linesOf(file: string): string[] {
  return read(file)
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** Folders that the options of plugins name: a virtual environment, for instance. */
function namedFolders(config: Config): string[] {
  const options = Object.values(config.plugins).map((entry) => entry && entry.options)
  // Getters of a script, which may throw, are not asked.
  const values = options.flatMap((value) =>
    typeof value === 'object' && value !== null ? Object.values(Object.getOwnPropertyDescriptors(value)) : [],
  )
  return values.flatMap(({ value }) => {
    if (typeof value !== 'string' || value.startsWith('/')) return []
    const path = normalize(value).replace(/\/+$/, '')
    return path === '.' || path.startsWith('..') || /[*?[\]!#\s]/.test(path) ? [] : [path]
  })
}

/**
 * Patterns that take back one folder with all that is in it, and nothing beside it: of `.a/b` also `.a`, without the
 * rest of that.
 */
function takenBack(folder: string): string[] {
  const parts = folder.split('/')
  const above = parts.slice(0, -1).flatMap((_, index) => {
    const path = parts.slice(0, index + 1).join('/')
    return path.split('/').some((part) => part.startsWith('.')) ? [`!/${path}`, `/${path}/*`] : []
  })
  return parts.some((part) => part.startsWith('.')) ? [...above, `!/${folder}`, `!/${folder}/**`] : []
}
