import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { badDatabases } from '../../plugins/sql/bad-databases.ts'
import { anyhandler, bin } from '../../support/command.ts'
import { folder } from '../../support/folder.ts'
import { findings } from './findings.ts'
import { prebuilds } from './project-faults.ts'

describe('anyhandler doctor', () => {
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
    ['crlf', 'has CRLF line endings, which bash reads as'],
    ['byte-order-mark', 'begins with a byte order mark, which'],
    ['utf-16', 'is UTF-16, which bash does not read; save it as UTF-8 (iconv -f UTF-16 -t UTF-8 handler.sh)'],
    ['nul-in-script', 'has a NUL byte in line 2'],
    ['cr-alone', 'ends its lines with CR alone'],
    ['shebang-other', 'names python3 in its first line, but bash runs files with this extension; drop the extension'],
    ['shebang-login', "gives bash the option '-l' in its first line"],
  ])('refuses the script of the case %s, as the plugin does', async (name, sentence) => {
    const script = readFileSync(join(import.meta.dirname, `../../cases/bash/${name}/handler.sh`))
    const { lines, exitCode } = await findings(folder({ 'handler.sh': script }))
    expect(lines).toEqual([expect.stringContaining(`handler.sh: ${sentence}`)])
    expect(lines[0]).toMatch(/^error/)
    expect(exitCode).toBe(1)
  })

  it.each(['shebang-options', 'shebang-env', 'shebang-sh', 'shebang-function', 'crlf-in-data', 'archive-behind-exit'])(
    'has nothing against the script of the case %s',
    async (name) => {
      const script = readFileSync(join(import.meta.dirname, `../../cases/bash/${name}/handler.sh`))
      expect((await findings(folder({ 'handler.sh': script }))).lines).toEqual([])
    },
  )

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
    const { lines } = await findings(join(import.meta.dirname, '../../cases/sql', name))
    expect(lines).toEqual(message === undefined ? [] : [expect.stringContaining(message)])
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
    const { lines } = await findings(root, '--arch', process.arch, '--s3')
    expect(lines).toEqual([
      expect.stringMatching(/^error +tool: is a program, but it has no execute bit; run chmod \+x tool/),
    ])
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
        /^error +\.: is 5\d\.\d MB zipped, and the limit of a direct upload is 50\.0 MB; upload it through S3 and pass --s3/,
      ),
    ])
    expect(exitCode).toBe(1)
    expect((await findings(root, '--s3')).exitCode).toBe(0)
  })

  it('says in one sentence what it may not read', async () => {
    const root = folder({ 'hello.sh': 'echo\n', 'data/secret.csv': '', 'more/x': '' })
    chmodSync(root, 0o755)
    chmodSync(join(root, 'data/secret.csv'), 0)
    chmodSync(join(root, 'more'), 0)
    // Root may read everything.
    const { stdout, stderr } = await execa(process.execPath, [bin, 'doctor', root], {
      reject: false,
      ...(process.getuid?.() === 0 && { uid: 65_534 }),
    })
    const sentence = 'is not readable for you (EACCES); run chmod u+rX on it, or add it to .anyhandlerignore'
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      `error    data/secret.csv: ${sentence}`,
      `error    more: ${sentence}`,
    ])
    expect(stderr).toBe('')
  })

  it.each([
    [
      "''",
      /^error +hello\.sql: fails when it is loaded: plugins\.sql\.options\.database is ''; it must be :memory: or/,
    ],
    ['/tmp/', /^error +\.: plugins\.sql\.options\.database is \/tmp\/, a folder; name a file in it: \/tmp\/app\.db$/],
    [
      '../no/g.db',
      /^warning .* is \.\.\/no\/g\.db, on Lambda \/var\/no\/g\.db, and a function may have no folder \/var\/no; /,
    ],
    ['/tmp/../srv/no/g.db', /^warning .* a function may have no folder \/srv\/no; /],
  ])('says what is wrong with the database %s', async (database, finding) => {
    const config = `plugins: { sql: { options: { database: ${database} } } }\n`
    const { lines } = await findings(folder({ 'hello.sql': 'SELECT 1;\n', 'anyhandler.config.yaml': config }))
    expect(lines).toEqual([expect.stringMatching(finding)])
  })

  it('speaks JSON, and fails on warnings when it is to be strict', async () => {
    const root = folder({ 'list*': '#!/bin/sh\njq .\n' })
    const warned = await anyhandler(['doctor', root, '--json'])
    expect(JSON.parse(warned.stdout)).toEqual({
      runtime: 'provided.al2023',
      arch: 'x64',
      files: 1,
      findings: [
        {
          severity: 'warning',
          file: 'list',
          fault: 'calls jq, which provided.al2023 does not have',
          cure: expect.stringContaining('--have jq') as unknown,
        },
      ],
    })
    expect(warned.exitCode).toBe(0)
    expect((await anyhandler(['doctor', root, '--json', '--strict'])).exitCode).toBe(1)
  })

  it('refuses the runtimes of Amazon Linux 2 with the reason', async () => {
    const { stderr, exitCode } = await anyhandler(['doctor', '.', '--runtime', 'python3.11'])
    expect(stderr).toMatch(
      /^anyhandler: --runtime python3\.11 runs on Amazon Linux 2 \(glibc 2\.26\), where Node 24 can't start; there are .*python3\.13/,
    )
    expect(exitCode).toBe(2)
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
      /^warning +hello\.sh: calls jq.*\n1 file for provided\.al2023, x64: no errors, 1 warning\n$/,
    )
    expect(warned.exitCode).toBe(0)
  })

  it.each([
    [['doctor', '/no/such'], 'DIR /no/such is not a folder'],
    [
      ['doctor', '.', '--runtime', 'nodejs20.x'],
      '--runtime nodejs20.x is not known, did you mean nodejs24.x?; there are provided.al2023, nodejs24.x, nodejs22.x, python3.13, python3.14, python3.12, image',
    ],
    [['doctor', '.', '--runtim', 'x'], 'doctor has no flag --runtim; did you mean --runtime?'],
    [['doctor', 'a', 'b'], "doctor takes [DIR], not also 'b'"],
  ])('refuses %j', async (args, message) => {
    const { stderr, exitCode } = await anyhandler(args)
    expect(stderr).toContain(`anyhandler: ${message}`)
    expect(exitCode).toBe(2)
  })
})
