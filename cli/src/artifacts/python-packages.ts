import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { BuildError } from './build-error.ts'
import { FileTree } from './file-tree.ts'
import { filesBelow } from './folder-files.ts'
import type { Requirements } from './python-requirements.ts'
import type { Architecture } from './target.ts'

export interface PythonTarget {
  /** `3.13` */
  readonly version: string
  readonly arch: Architecture
}

interface Installer {
  /** The command without its arguments. */
  readonly command: readonly string[]
  arguments(target: PythonTarget, folder: string): readonly string[]
}

const timeoutMs = 600_000
const machines: Readonly<Record<Architecture, string>> = { x64: 'x86_64', arm64: 'aarch64' }
/** Minor version of Amazon Linux 2023's glibc, and of the oldest that wheels with such tags are made for. */
const glibc = { newest: 34, oldest: 17 } as const

/** pip takes each tag by itself for one platform. */
const platforms = ({ arch }: PythonTarget): readonly string[] => [
  ...Array.from(
    { length: glibc.newest - glibc.oldest + 1 },
    (_, back) => `manylinux_2_${glibc.newest - back}_${machines[arch]}`,
  ),
  `manylinux2014_${machines[arch]}`,
]

const installers: readonly Installer[] = [
  {
    command: ['uv'],
    arguments: ({ version, arch }, folder) => [
      ...words('pip install --quiet --only-binary :all:'),
      ...words(`--python-version ${version} --python-platform ${machines[arch]}-manylinux_2_${glibc.newest} --target`),
      folder,
    ],
  },
  ...['python3', 'python'].map((python) => ({
    command: [python, '-m', 'pip'],
    arguments: (target: PythonTarget, folder: string) => [
      ...words('install --quiet --disable-pip-version-check --no-input --no-compile --only-binary=:all:'),
      ...words(`--implementation cp --python-version ${target.version}`),
      ...platforms(target).flatMap((platform) => ['--platform', platform]),
      '--target',
      folder,
    ],
  })),
]

function words(text: string): readonly string[] {
  return text.split(' ')
}

/** Prints the dependencies of a pyproject.toml, one a line. */
const readProject = `import sys
try:
    import tomllib
except ImportError:
    from pip._vendor import tomli as tomllib
with open(sys.argv[1], "rb") as file:
    print("\\n".join(tomllib.load(file).get("project", {}).get("dependencies", [])))
`

/**
 * The wheels that a project needs, for the function's Python and not for this machine's, laid out as in the task root.
 * uv installs them if it exists, else pip.
 * @throws BuildError when a wheel is missing, or both tools are
 */
export async function pythonPackages(root: string, file: Requirements, target: PythonTarget): Promise<FileTree> {
  const installer = await present(file)
  const scratch = mkdtempSync(join(tmpdir(), 'anyhandler-python-'))
  try {
    const packages = join(scratch, 'packages')
    const wanted = await requirements(root, file, installer, scratch)
    await run([...installer.command, ...installer.arguments(target, packages), '-r', wanted], root, file)
    const tree = new FileTree()
    // Programs in `bin` begin with the path of this machine's Python.
    for (const path of filesBelow(packages, (name) => name === '__pycache__' || name === '.lock'))
      if (!path.startsWith('bin/')) tree.add(path, readFileSync(join(packages, path)))
    return tree
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

async function present(file: Requirements): Promise<Installer> {
  for (const installer of file === 'uv.lock' ? installers.slice(0, 1) : installers) {
    try {
      const [program = '', ...args] = installer.command
      await promisify(execFile)(program, [...args, '--version'])
      return installer
    } catch {
      // The next one.
    }
  }
  const tools = file === 'uv.lock' ? 'no uv' : 'neither uv nor a Python with pip'
  throw new BuildError({
    problem: `the packages in ${file} can't be installed, because this machine has ${tools}`,
    cure: 'install one, or skip the packages with --no-dependencies',
  })
}

/** A file of requirements as both installers read them. */
async function requirements(
  root: string,
  file: Requirements,
  { command }: Installer,
  scratch: string,
): Promise<string> {
  const path = join(root, file)
  if (file === 'requirements.txt') return path
  const made = join(scratch, 'requirements.txt')
  const flags = ['--frozen', '--no-dev', '--no-emit-project', '--quiet', '--format', 'requirements-txt']
  const python = command[0] === 'uv' ? 'python3' : (command[0] ?? '')
  writeFileSync(
    made,
    await run(file === 'uv.lock' ? ['uv', 'export', ...flags] : [python, '-c', readProject, path], root, file),
  )
  return made
}

async function run([program = '', ...args]: readonly string[], cwd: string, file: Requirements): Promise<string> {
  try {
    const env = { ...process.env, PIP_ROOT_USER_ACTION: 'ignore' }
    return (await promisify(execFile)(program, args, { cwd, env, timeout: timeoutMs, maxBuffer: 2 ** 26 })).stdout
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string }
    const lines = stderr.split('\n').filter((line) => /\S/.test(line) && !/^\s*(?:WARNING|\[notice\])/.test(line))
    const reason = (
      lines.map((line) => line.replace(/^\s*(?:ERROR|error|×|╰─▶|│):?\s*/, '').trim()).join(' ') || message
    ).replace(/\.$/, '')
    throw new BuildError({
      problem: `the packages in ${file} can't be installed for Lambda: ${reason}`,
      cure: 'choose versions with wheels for Lambda, or install them by hand and use --no-dependencies',
      cause: error,
    })
  }
}
