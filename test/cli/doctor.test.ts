import { chmodSync, copyFileSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { Values } from '../../cli/src/command.ts'
import { doctor, report } from '../../cli/src/commands/doctor.ts'
import { badDatabases } from '../plugins/sql/bad-databases.ts'
import { anyhandler } from '../support/command.ts'
import { folder } from '../support/folder.ts'

/** better-sqlite3's modules for all kinds of machine, which stand for any native module. */
const prebuilds = join(
  dirname(createRequire(fileURLToPath(import.meta.resolve('@anyhandler/sql'))).resolve('better-sqlite3/package.json')),
  'prebuilds',
)

async function findings(
  root: string,
  ...flags: string[]
): Promise<{ lines: string[]; summary: string; exitCode: number }> {
  const { values } = parseArgs({ args: flags, options: doctor.options })
  const { text, exitCode } = await report(root, values as Values)
  const lines = text.trimEnd().split('\n')
  return { summary: lines.pop() ?? '', lines, exitCode }
}

interface Case {
  readonly title: string
  readonly files: Readonly<Record<string, string>>
  readonly flags?: readonly string[]
  /** The one finding: severity, file, what is wrong, the cure. */
  readonly finding: RegExp
  readonly exitCode?: number
  /** Flags with which there is nothing to find. */
  readonly cured?: readonly string[]
}

const cases: readonly Case[] = [
  {
    title: 'a Python handler where there is no Python',
    files: { 'app.py': '' },
    finding:
      /^error +app\.py: is run by python3, which provided\.al2023 does not have; .*layer.*--have python3.*anyhandler build image/,
    cured: ['--have', 'python3'],
  },
  {
    title: "a Python handler on AWS's managed Node",
    files: { 'app.py': '' },
    flags: ['--runtime', 'nodejs24.x'],
    finding: /^error +app\.py: is run by python3, which nodejs24\.x does not have; /,
    cured: ['--runtime', 'image'],
  },
  {
    title: 'a configured interpreter that is not there',
    files: {
      'app.py': '',
      'anyhandler.config.yaml': 'plugins: { python: { options: { interpreter: ./python/bin/python3 } } }\n',
    },
    finding:
      /^error +app\.py: is run by \.\/python\/bin\/python3 \(plugins\.python\.options\.interpreter\), which is not in the folder; /,
  },
  {
    title: 'an executable whose interpreter is missing',
    files: { 'report*': '#!/usr/bin/env ruby\nputs 1\n' },
    finding: /^error +report: is run by ruby, which provided\.al2023 does not have; .*--have ruby/,
    cured: ['--have', 'ruby'],
  },
  {
    title: 'an interpreter of the managed Node that the other runtime lacks',
    files: { 'report*': '#!/usr/bin/env node\n' },
    finding: /^error +report: is run by node, which provided\.al2023 does not have; /,
    cured: ['--runtime', 'nodejs22.x'],
  },
  {
    title: 'a first line that names a place which does not exist',
    files: { 'report*': '#!/usr/local/homebrew/bin/bash\n' },
    finding:
      /^error +report: is run by \/usr\/local\/homebrew\/bin\/bash, a place that provided\.al2023 does not have; write #!\/usr\/bin\/env bash/,
  },
  {
    title: 'a first line that names a file of the function which is not there',
    files: { 'report*': '#!/var/task/bin/lua\n' },
    finding: /^error +report: is run by \/var\/task\/bin\/lua, but there is no bin\/lua in the folder; /,
  },
  {
    title: 'flags behind env',
    files: { 'report*': '#!/usr/bin/env bash -e\n' },
    finding:
      /^error +report: its first line makes env look for a program called 'bash -e'; write #!\/usr\/bin\/env -S bash -e/,
  },
  {
    title: 'a shell handler that is meant for another shell',
    files: { 'hello.sh': '#!/bin/zsh\necho hi\n' },
    finding:
      /^error +hello\.sh: names zsh in its first line, but files with this extension are run by bash; drop the ext/,
  },
  {
    title: 'a command that the platform lacks',
    files: { 'hello.sh': 'x=$(echo "$1" | jq .name)\n' },
    finding: /^warning +hello\.sh: seems to call jq, which provided\.al2023 does not have; .*--have jq/,
    exitCode: 0,
    cured: ['--have', 'jq'],
  },
  {
    title: 'CRLF in a shell handler',
    files: { 'hello.sh': 'echo hi\r\n' },
    finding: /^error +hello\.sh: has CRLF line endings, .*; run sed -i 's\/\\r\$\/\/' hello\.sh, .*\.gitattributes/,
  },
  {
    title: 'CRLF in the first line of an executable',
    files: { 'report*': '#!/bin/bash\r\necho hi\r\n' },
    finding: /^error +report: its first line ends in CRLF, so that its interpreter is not found; run sed/,
  },
  {
    title: 'an executable handler without its bit',
    files: { 'hello.sh': 'echo\n', report: '#!/bin/bash\n' },
    finding: /^error +report: begins like a handler that is executed, but it has no execute bit; run chmod \+x report/,
  },
  {
    title: 'a bootstrap without its bit',
    files: { bootstrap: '#!/bin/sh\n' },
    finding:
      /^error +bootstrap: is what Lambda starts before any layer, but it has no execute bit; run chmod \+x bootstrap/,
  },
  {
    title: 'a tool without its bit',
    files: { 'bin/tool': '#!/bin/sh\n' },
    finding:
      /^error +bin\/tool: is a script in a folder of programs, but it has no execute bit; run chmod \+x bin\/tool/,
  },
  {
    title: 'a name that two handlers share',
    files: { 'hello.sh': 'echo\n', 'hello.sql': 'SELECT 1\n' },
    finding:
      /^error +hello\.sh, hello\.sql: the handler 'hello' fits hello\.sh \(bash\) and hello\.sql \(sql\); name the plugin too/,
  },
  {
    title: 'a mapped name that leads to nothing',
    files: { 'hello.sh': 'echo\n', 'anyhandler.config.yaml': 'handlers: { api: helo.sh }\n' },
    finding:
      /^error +anyhandler\.config\.yaml: the handler 'helo\.sh' \(to which the configuration maps 'api'\) was not found in [^:]*; did you mean 'hello\.sh'/,
  },
  {
    title: 'a given name that leads to nothing',
    files: { 'hello.sh': 'echo\n' },
    flags: ['--handlers', 'hello,app.handler'],
    finding: /^error +\.: the handler 'app\.handler' was not found in [^:]*; /,
    cured: ['--handlers', 'hello'],
  },
  {
    title: 'a configuration that the host refuses',
    files: { 'hello.sh': 'echo\n', 'anyhandler.config.yaml': 'handler: {}\n' },
    finding: /^error +anyhandler\.config\.yaml: handler is not a known key \(did you mean 'handlers'\?\); allowed are /,
  },
  {
    title: 'a plugin that is not installed',
    files: {
      'hello.pl': '',
      'anyhandler.config.yaml': 'plugins: { perl: { package: anyhandler-plugin-nowhere, extensions: [.pl] } }\n',
    },
    finding:
      /^error +\.: plugin 'perl': the package 'anyhandler-plugin-nowhere' is not installed; run 'npm install anyhandler-plugin-nowhere'/,
  },
]

describe('anyhandler doctor', () => {
  it.each(cases)('finds $title', async ({ files, flags = [], finding, exitCode = 1, cured }) => {
    const root = folder(files)
    const found = await findings(root, ...flags)
    expect(found.lines).toEqual([expect.stringMatching(finding)])
    expect(found.exitCode).toBe(exitCode)
    if (cured) {
      const after = await findings(root, ...cured)
      expect([after.lines, after.exitCode]).toEqual([[], 0])
    }
  })

  it.each(badDatabases)('finds a database that is $title, and says what the host would', async ({ make, problem }) => {
    const root = folder({
      'app.sql': 'SELECT 1',
      'anyhandler.config.yaml': 'plugins: { sql: { options: { database: data.db } } }\n',
    })
    make(join(root, 'data.db'))
    const { lines, exitCode } = await findings(root)
    expect(lines).toEqual([expect.stringContaining(`error    data.db: ${problem}`)])
    expect(exitCode).toBe(1)
  })

  it.each([
    ['latin-1-refused', 'handler.sql:3:7: the byte 0xE9 (at 33) is not UTF-8; save the file as UTF-8;'],
    ['latin-1-in-a-migration-refused', 'migrations/1.sql:2:27: the byte 0xE9 (at 46) is not UTF-8; '],
    ['nul-byte', 'a NUL byte: SQLite would read no further; '],
    ['utf-16-with-a-byte-order-mark', undefined],
  ])('finds what can not be read in the case %s', async (name, message) => {
    const { lines } = await findings(join(import.meta.dirname, '../cases/sql', name))
    expect(lines).toEqual(message === undefined ? [] : [expect.stringContaining(message)])
  })

  it('finds nothing in a folder of good handlers, and says what it looked at', async () => {
    const root = folder({
      'hello.sh': '#!/bin/bash\n# jq is not called here\ncat <<end\njq .\nend\ncurl() { :; }\ncurl x | sed s/a/b/\n',
      'hello.bash.txt': 'data with jq\r\n',
      'report.sql': 'SELECT 1;\r\n',
      'list*': '#!/usr/bin/env -S bash -e\nls\n',
      'bin/jq*': '#!/bin/sh\n',
      'library.sh': 'jq() { :; }\njq x\n',
      '.hidden/report': '#!/usr/bin/env ruby\n',
    })
    expect(await findings(root)).toEqual({
      lines: [],
      summary: '6 files for provided.al2023, x64: no errors, no warnings',
      exitCode: 0,
    })
  })

  it.each([
    ['crlf', 'has CRLF line endings, which bash takes for'],
    ['byte-order-mark', 'begins with a byte order mark, which'],
    ['utf-16', 'is UTF-16, which bash does not read; save it as UTF-8 (iconv -f UTF-16 -t UTF-8 handler.sh)'],
    ['nul-in-script', 'has a NUL byte in line 2'],
    ['cr-alone', 'ends its lines with CR alone'],
    [
      'shebang-other',
      'names python3 in its first line, but files with this extension are run by bash; drop the extension',
    ],
    ['shebang-login', "gives bash the option '-l' in its first line"],
  ])('refuses the script of the case %s, as the plugin does', async (name, sentence) => {
    const script = readFileSync(join(import.meta.dirname, `../cases/bash/${name}/handler.sh`))
    const { lines, exitCode } = await findings(folder({ 'handler.sh': script }))
    expect(lines).toEqual([expect.stringContaining(`handler.sh: ${sentence}`)])
    expect(lines[0]).toMatch(/^error/)
    expect(exitCode).toBe(1)
  })

  it.each(['shebang-options', 'shebang-env', 'shebang-sh', 'shebang-function', 'crlf-in-data', 'archive-behind-exit'])(
    'has nothing against the script of the case %s',
    async (name) => {
      const script = readFileSync(join(import.meta.dirname, `../cases/bash/${name}/handler.sh`))
      expect((await findings(folder({ 'handler.sh': script }))).lines).toEqual([])
    },
  )

  it('finds native modules for another processor', async () => {
    const root = folder({ 'app.sql': 'SELECT 1' })
    copyFileSync(join(prebuilds, 'linux-arm64.node'), join(root, 'own.node'))
    const { lines, exitCode } = await findings(root)
    expect(lines).toEqual([
      expect.stringMatching(
        /^error +own\.node: is made for arm64, and the function runs on x64; build it on Amazon Linux 2023 for x64/,
      ),
    ])
    expect(exitCode).toBe(1)
    expect((await findings(root, '--arch', 'arm64')).lines).toEqual([])
  })

  it('finds native modules for another C library, in packages too', async () => {
    const root = folder({
      'app.sql': 'SELECT 1',
      'package.json': '{"dependencies":{"fast":"1"}}',
      'node_modules/fast/package.json': '{"name":"fast"}',
    })
    copyFileSync(join(prebuilds, 'linuxmusl-x64.node'), join(root, 'node_modules/fast/binding.node'))
    const { lines } = await findings(root)
    expect(lines).toEqual([
      expect.stringMatching(
        /^error +node_modules\/fast\/binding\.node: is made for musl, and provided\.al2023 has glibc; install it for Lambda: npm install --os=linux --cpu=x64 --libc=glibc/,
      ),
    ])
  })

  it('finds native modules that need a newer C library', async () => {
    const root = folder({ 'app.sql': 'SELECT 1' })
    const bytes = readFileSync(join(prebuilds, 'linux-x64.node')).toString('latin1').replace('GLIBC_2.34', 'GLIBC_2.38')
    writeFileSync(join(root, 'numbers.so'), bytes, 'latin1')
    const { lines } = await findings(root)
    expect(lines).toEqual([
      expect.stringMatching(
        /^error +numbers\.so: needs GLIBC_2\.38, and provided\.al2023 has GLIBC_2\.34; for Python, .*manylinux_2_28_x86_64/,
      ),
    ])
  })

  it('leaves packages alone that bring a module for each kind of machine', async () => {
    const root = folder({ 'app.sql': 'SELECT 1' })
    mkdirSync(join(root, 'prebuilds'))
    for (const name of ['linux-x64.node', 'linux-arm64.node', 'linuxmusl-x64.node'])
      copyFileSync(join(prebuilds, name), join(root, 'prebuilds', name))
    expect((await findings(root)).lines).toEqual([])
  })

  it('finds a program without its execute bit', async () => {
    const root = folder({ 'app.sql': 'SELECT 1' })
    copyFileSync(process.execPath, join(root, 'tool'))
    chmodSync(join(root, 'tool'), 0o644)
    const { lines } = await findings(root, '--arch', process.arch)
    expect(lines).toEqual([
      expect.stringMatching(/^error +tool: is a program, but it has no execute bit; run chmod \+x tool/),
    ])
  })

  it('finds links that lead out, and links to nothing', async () => {
    const root = folder({ 'app.sql': 'SELECT 1' })
    symlinkSync('/etc/hostname', join(root, 'name'))
    symlinkSync('gone', join(root, 'nothing'))
    const { lines, exitCode } = await findings(root)
    expect(lines).toEqual([
      expect.stringMatching(
        /^error +name: is a symbolic link that leads out of the project, to \/etc\/hostname; put the file itself there$/,
      ),
      expect.stringMatching(/^error +nothing: is a symbolic link that leads to nothing; remove it/),
    ])
    expect(exitCode).toBe(1)
  })

  it('finds a function that is too large unpacked, together with its layer', async () => {
    const root = folder({ 'app.sql': 'SELECT 1', 'data.bin': '' })
    truncateSync(join(root, 'data.bin'), 130 * 2 ** 20)
    const { lines } = await findings(root)
    expect(lines).toEqual([
      expect.stringMatching(
        /^error +\.: is 130\.0 MB unpacked, with the layer 25\d\.\d MB, and Lambda unpacks 250\.0 MB; take the runtime nodejs24\.x.*, or leave out data\.bin \(130\.0 MB\)/,
      ),
    ])
    expect((await findings(root, '--runtime', 'nodejs24.x')).lines).toEqual([])
    expect((await findings(root, '--runtime', 'image')).lines).toEqual([])
  })

  it('finds a zip that is too large for a direct upload', async () => {
    const root = folder({ 'app.sql': 'SELECT 1' })
    const noise = Buffer.alloc(2 ** 20)
    for (let at = 0, state = 1; at < noise.length; at += 4) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
      noise.writeInt32LE(state ^ (state >>> 13), at)
    }
    mkdirSync(join(root, 'data'))
    for (let part = 0; part < 52; part++) writeFileSync(join(root, 'data', String(part)), noise)
    const { lines, exitCode } = await findings(root)
    expect(lines).toEqual([
      expect.stringMatching(
        /^error +\.: is 5\d\.\d MB zipped, and Lambda takes 50\.0 MB in a direct upload; upload it by way of S3 and say so with --s3/,
      ),
    ])
    expect(exitCode).toBe(1)
    expect((await findings(root, '--s3')).exitCode).toBe(0)
  })

  it('goes on after a configuration that can not be read', async () => {
    const root = folder({ 'hello.sh': 'echo hi\r\n', 'anyhandler.config.json': '{' })
    const { lines } = await findings(root)
    expect(lines).toEqual([
      expect.stringMatching(/^error +anyhandler\.config\.json:1: it is not JSON/),
      expect.stringMatching(/^error +hello\.sh: has CRLF/),
    ])
  })

  it('says on the command line what fails, and tells CI by its exit code', async () => {
    const root = folder({ 'hello.sh': 'echo hi\r\n' })
    const bad = await anyhandler(['doctor', root])
    expect(bad.stdout).toMatch(
      /^error +hello\.sh: has CRLF.*\n1 file for provided\.al2023, x64: 1 error, no warnings\n$/,
    )
    expect([bad.stderr, bad.exitCode]).toEqual(['', 1])
    writeFileSync(join(root, 'hello.sh'), 'echo hi | jq .\n')
    const warned = await anyhandler(['doctor'], { cwd: root })
    expect(warned.stdout).toMatch(
      /^warning +hello\.sh: seems to call jq.*\n1 file for provided\.al2023, x64: no errors, 1 warning\n$/,
    )
    expect(warned.exitCode).toBe(0)
  })

  it.each([
    [['doctor', '/no/such'], 'DIR /no/such is not a folder'],
    [
      ['doctor', '.', '--runtime', 'nodejs20.x'],
      '--runtime nodejs20.x is not known, did you mean nodejs24.x?; there are provided.al2023, nodejs24.x, nodejs22.x, image',
    ],
    [['doctor', '.', '--runtim', 'x'], 'doctor has no flag --runtim; did you mean --runtime?'],
    [['doctor', 'a', 'b'], "doctor takes [DIR], not also 'b'"],
  ])('refuses %j', async (args, message) => {
    const { stderr, exitCode } = await anyhandler(args)
    expect(stderr).toContain(`anyhandler: ${message}`)
    expect(exitCode).toBe(2)
  })
})
