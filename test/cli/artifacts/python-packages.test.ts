import { existsSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { FileTree } from '../../../cli/src/artifacts/file-tree.ts'
import { zip } from '../../../cli/src/artifacts/zip.ts'
import { anyhandler } from '../../support/command.ts'
import { folder } from '../../support/folder.ts'
import { readZip } from '../../support/zip.ts'

/** Where `test/tools/fetch.sh` puts uv. */
const uv = fileURLToPath(new URL('../../../.cache/uv/bin', import.meta.url))

/** A wheel with one module, as an index has it. */
async function wheel(index: string, tag: string, module: string): Promise<void> {
  const tree = new FileTree()
  const info = 'speedy-1.0.dist-info'
  tree.add(`speedy/${module}`, 'x')
  tree.add('speedy/__init__.py', '')
  tree.add('speedy-1.0.data/scripts/speedy', '#!python\n')
  tree.add(`${info}/METADATA`, 'Metadata-Version: 2.1\nName: speedy\nVersion: 1.0\n')
  tree.add(`${info}/WHEEL`, `Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\nTag: ${tag}\n`)
  tree.add(
    `${info}/RECORD`,
    tree
      .files()
      .map(({ path }) => `${path},,\n`)
      .join(''),
  )
  writeFileSync(join(index, `speedy-1.0-${tag}.whl`), await zip(tree))
}

async function index(): Promise<string> {
  const place = folder({})
  await wheel(place, 'cp313-cp313-manylinux_2_28_x86_64', '_c.cpython-313-x86_64-linux-gnu.so')
  await wheel(place, 'cp312-cp312-manylinux_2_17_x86_64', '_c.cpython-312-x86_64-linux-gnu.so')
  await wheel(place, 'cp313-cp313-manylinux2014_aarch64', '_c.cpython-313-aarch64-linux-gnu.so')
  await wheel(place, 'cp313-cp313-macosx_11_0_arm64', '_c.cpython-313-darwin.so')
  return place
}

const handler = 'import speedy\ndef handler(event, context): return 1\n'

const tools = [
  ['pip', process.env['PATH'] ?? ''],
  ['uv', `${uv}${delimiter}${process.env['PATH']}`],
] as const

describe('what a project needs in Python', () => {
  describe.each(tools)('installed by %s', (tool, PATH) => {
    const missing = tool === 'uv' && !existsSync(join(uv, 'uv'))

    it.skipIf(missing).each([
      [[], '_c.cpython-313-x86_64-linux-gnu.so'],
      [['--runtime', 'python3.12'], '_c.cpython-312-x86_64-linux-gnu.so'],
      [['--arch', 'arm64'], '_c.cpython-313-aarch64-linux-gnu.so'],
    ])("is of Lambda's Python and processor (%j)", async (flags, module) => {
      const requirements = `--no-index\n--find-links ${await index()}\nspeedy==1.0\n`
      const root = folder({ 'app.py': handler, 'requirements.txt': requirements })
      const { stdout, stderr, exitCode } = await anyhandler(['build', 'function', '.', ...flags], {
        cwd: root,
        env: { PATH },
      })
      expect([stderr, exitCode]).toEqual(['', 0])
      const names = (await readZip(join(root, 'function.zip'))).map(({ name }) => name)
      expect(names).toEqual(expect.arrayContaining(['app.py', 'speedy/__init__.py', `speedy/${module}`]))
      expect(names.filter((name) => /^bin\/|\.pyc$/.test(name))).toEqual([])
      expect(stdout).not.toContain('Not installed')
    })

    it.skipIf(missing)('is taken from pyproject.toml', async () => {
      const place = await index()
      const project = '[project]\nname = "x"\nversion = "1"\ndependencies = ["speedy>=1"]\n'
      const root = folder({ 'app.py': handler, 'pyproject.toml': project })
      const env = { PATH, PIP_NO_INDEX: '1', PIP_FIND_LINKS: place, UV_NO_INDEX: '1', UV_FIND_LINKS: place }
      const { stderr } = await anyhandler(['build', 'function', '.'], { cwd: root, env })
      expect(stderr).toBe('')
      expect((await readZip(join(root, 'function.zip'))).map(({ name }) => name)).toContain('speedy/__init__.py')
    })

    it.skipIf(missing)('is said in one sentence when there is no wheel for Lambda', async () => {
      const root = folder({
        'app.py': handler,
        'requirements.txt': `--no-index\n--find-links ${await index()}\nspeedy\n`,
      })
      const { stderr, exitCode } = await anyhandler(['build', 'function', '.', '--runtime', 'python3.14'], {
        cwd: root,
        env: { PATH },
      })
      expect(stderr).toMatch(
        /^anyhandler: the packages in requirements\.txt can't be installed for Lambda: .*speedy.*; choose versions with wheels for Lambda, .*--no-dependencies\n$/,
      )
      expect(exitCode).toBe(1)
    })
  })

  it('is left alone with --no-dependencies, and where there is no Python', async () => {
    const root = folder({ 'app.py': handler, 'requirements.txt': 'nowhere==1\n' })
    const left = await anyhandler(['build', 'function', '.', '--no-dependencies'], { cwd: root })
    expect([left.stderr, left.exitCode]).toEqual(['', 0])
    const other = await anyhandler(['build', 'function', '.', '--runtime', 'provided.al2023'], { cwd: root })
    expect(other.stdout).toContain(
      'Not installed: the packages in requirements.txt, because provided.al2023 has no Python; choose a runtime with Python, such as --runtime python3.13\n',
    )
  })

  it.each([
    ['requirements.txt', 'speedy\n', 'neither uv nor a Python with pip'],
    ['uv.lock', 'version = 1\n', 'no uv'],
  ])('is one sentence on a machine that can not install %s', async (file, text, tools_) => {
    const root = folder({ 'app.py': handler, [file]: text })
    const { stderr, exitCode } = await anyhandler(['build', 'function', '.'], { cwd: root, env: { PATH: folder({}) } })
    expect(stderr).toBe(
      `anyhandler: the packages in ${file} can't be installed, because this machine has ${tools_}; install one, or skip the packages with --no-dependencies\n`,
    )
    expect(exitCode).toBe(1)
  })
})
