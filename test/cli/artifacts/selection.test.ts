import { existsSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '@anyhandler/core/host'
import { describe, expect, it } from 'vitest'
import { FileTree } from '../../../cli/src/artifacts/file-tree.ts'
import { functionZip } from '../../../cli/src/artifacts/function.ts'
import { projectFiles } from '../../../cli/src/artifacts/project-files.ts'
import { projectOf } from '../../../cli/src/artifacts/project.ts'
import { templateKinds } from '../../../cli/src/artifacts/target.ts'
import { zip } from '../../../cli/src/artifacts/zip.ts'
import { anyhandler } from '../../support/command.ts'
import { folder } from '../../support/folder.ts'

const noConfig: Config = { transport: 'socket', concurrency: 1, shape: true, plugins: {}, handlers: {} }

interface Chosen {
  readonly packed: readonly string[]
  readonly leftOut: Readonly<Record<string, readonly string[]>>
}

function chosen(root: string, config: Partial<Config> = {}, exclude: readonly string[] = []): Chosen {
  const { tree, leftOut } = projectFiles(projectOf(root, { ...noConfig, ...config }, exclude))
  return { packed: tree.files().map(({ path }) => path), leftOut: Object.fromEntries(leftOut) }
}

const certificate = '-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----\n'

describe('what goes into a function', () => {
  it('leaves out what no function wants, each class by its name', () => {
    const root = folder({
      'hello.sh': '',
      'id_map.py': '',
      'certs/global-bundle.pem': certificate,
      '.git/HEAD': '',
      '.env.production': '',
      '.aws-sam/build/x': '',
      'server.pem': '-----BEGIN PRIVATE KEY-----\n',
      'both.pem': `${certificate}-----BEGIN PRIVATE KEY-----\n`,
      id_rsa: '',
      'keys/id_ed25519.pub': '',
      'terraform.tfstate': '',
      'terraform.tfstate.backup': '',
      'venv/pyvenv.cfg': '',
      'venv/bin/python': '',
      'cdk.out/manifest.json': '',
      'lib/.libs/libz.so': '',
      'old/Dockerfile': '# Made by anyhandler build image, version 0\n',
      'mine/Dockerfile': 'FROM scratch\n',
      'a/__pycache__/x.pyc': '',
      'a/hello.case.yaml': '',
    })
    expect(chosen(root)).toEqual({
      packed: ['certs/global-bundle.pem', 'hello.sh', 'id_map.py', 'lib/.libs/libz.so', 'mine/Dockerfile'],
      leftOut: {
        'hidden files': ['.aws-sam', '.env.production', '.git'],
        secrets: [
          'both.pem',
          'id_rsa',
          'keys/id_ed25519.pub',
          'server.pem',
          'terraform.tfstate',
          'terraform.tfstate.backup',
        ],
        'caches of Python': ['a/__pycache__'],
        'test cases': ['a/hello.case.yaml'],
        'build results': ['cdk.out', 'old'],
        'virtual environments': ['venv'],
      },
    })
  })

  it('knows its own zips again under any name, and packs those of others', async () => {
    const root = folder({ 'hello.sh': '', 'data.zip': 'PK' })
    writeFileSync(join(root, 'release-7.zip'), await zip(new FileTree()))
    expect(chosen(root)).toEqual({
      packed: ['data.zip', 'hello.sh'],
      leftOut: { 'build results': ['release-7.zip'] },
    })
  })

  it('knows its own templates again, and packs files of their names that are none', async () => {
    const root = folder({ 'hello.sh': '', 'data/template.yaml': 'anyhandler-layer.zip' })
    for (const kind of templateKinds) await anyhandler(['build', '--template', kind], { cwd: root })
    expect(chosen(root)).toEqual({
      packed: ['data/template.yaml', 'hello.sh'],
      leftOut: { 'build results': ['anyhandler-cdk.mjs', 'anyhandler.tf', 'serverless.yml', 'template.yaml'] },
    })
    writeFileSync(join(root, 'template.yaml'), 'title: a letter\n')
    expect(chosen(root).packed).toEqual(['data/template.yaml', 'hello.sh', 'template.yaml'])
  })

  it('heeds .anyhandlerignore in the syntax of gitignore, which can take back what is usually left out', () => {
    const root = folder({
      '.anyhandlerignore': '\uFEFF# data\r\n/data/*\r\n!/data/keep.csv\r\n*.log\r\n!.well-known\r\n!server.pem\r\n',
      'hello.sh': '',
      'data/keep.csv': '',
      'data/large.csv': '',
      'a/b/x.log': '',
      '.well-known/x': '',
      'server.pem': '-----BEGIN PRIVATE KEY-----\n',
    })
    expect(chosen(root)).toEqual({
      packed: ['.well-known/x', 'data/keep.csv', 'hello.sh', 'server.pem'],
      leftOut: { 'hidden files': ['.anyhandlerignore'], 'named in .anyhandlerignore': ['a/b/x.log', 'data/large.csv'] },
    })
  })

  it('packs the folders that options name, hidden ones and virtual environments too', () => {
    const root = folder({
      'app.py': '',
      '.tools/.venv/pyvenv.cfg': '',
      '.tools/.venv/lib/.hidden': '',
      '.tools/other': '',
      'env/pyvenv.cfg': '',
    })
    const named = (venv: string): Partial<Config> => ({ plugins: { python: { options: { venv } } } })
    expect(chosen(root, named('./.tools/.venv/')).packed).toEqual([
      '.tools/.venv/lib/.hidden',
      '.tools/.venv/pyvenv.cfg',
      'app.py',
    ])
    expect(chosen(root, named('env')).packed).toEqual(['app.py', 'env/pyvenv.cfg'])
  })

  it('says each class once on the command line, and lists what would go in, largest first', async () => {
    const root = folder({ 'hello.sh': 'echo\n', 'b.csv': 'x'.repeat(2000), 'a.csv': 'x'.repeat(5000), '.env': '' })
    for (let index = 0; index < 5; index++) writeFileSync(join(root, `${index}.tmp`), '')
    const args = ['build', 'function', '.', '--exclude', '*.tmp, b.csv']
    const built = await anyhandler(args, { cwd: root })
    const without = 'Left out: hidden files: .env\nLeft out: named by --exclude: 0.tmp, 1.tmp, 2.tmp and 3 more\n'
    expect(built.stdout).toMatch(new RegExp(`^function.zip: function, 2 files; .*\n${without}$`))
    const listed = await anyhandler([...args, '--list', '--out', 'other.zip'], { cwd: root })
    expect(listed.stdout.split('\n').slice(0, 3)).toEqual([
      '     5 KB  a.csv',
      '     1 KB  hello.sh',
      '     5 KB  in 2 files',
    ])
    expect(existsSync(join(root, 'other.zip'))).toBe(false)
  })

  it.each([
    ['nothing to pack', {}, 0, /has no file to pack; put a handler there/],
    [
      'more than Lambda unpacks together with the layer',
      { 'hello.sh': '' },
      140,
      /the function is 140\.0 MB unpacked, with the layer 26\d\.\d MB, and Lambda's limit is 250\.0 MB; leave out .* data\.bin \(140\.0 MB\), with --exclude/,
    ],
  ])('refuses %s', async (_, files, size, message) => {
    const root = folder(files)
    if (size > 0) {
      writeFileSync(join(root, 'data.bin'), '')
      truncateSync(join(root, 'data.bin'), size * 2 ** 20)
    } else mkdirSync(join(root, '.git'))
    await expect(functionZip.build({ arch: 'x64', out: join(root, 'x.zip') }, root)).rejects.toThrow(message)
    expect(existsSync(join(root, 'x.zip'))).toBe(false)
  })
})
