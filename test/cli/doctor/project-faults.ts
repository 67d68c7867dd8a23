import { copyFileSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import type { Fault } from './fault.ts'

/** better-sqlite3's modules for all kinds of machine, which stand for any native module. */
export const prebuilds = join(
  dirname(createRequire(fileURLToPath(import.meta.resolve('@anyhandler/sql'))).resolve('better-sqlite3/package.json')),
  'prebuilds',
)

/** What there has to be besides the fault. */
const list = { 'list*': '#!/bin/sh\n' }

export const projectFaults: readonly Fault[] = [
  {
    title: 'an empty folder',
    files: {},
    finding: /^error +\.: is empty; put a handler there/,
  },
  {
    title: 'a folder without a handler',
    files: { 'readme.md': '# Hello\n' },
    finding: /^error +\.: has no handler at its top level; .*--handlers/,
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
    title: 'a route or a source that leads to nothing',
    files: { 'hello.sh': 'echo\n', 'anyhandler.config.yaml': 'routes: { GET /: helo.sh }\n' },
    finding:
      /^error +anyhandler\.config\.yaml: the handler 'helo\.sh' was not found in [^:]*; did you mean 'hello\.sh'/,
  },
  {
    title: 'a handler named routes beside the tables',
    files: { 'routes.sh': 'echo\n', 'anyhandler.config.yaml': 'routes: { GET /: routes.sh }\n' },
    finding:
      /^error +anyhandler\.config\.yaml: the handler 'routes' means the configuration's routes, and the file routes\.sh; rename the file/,
  },
  {
    title: 'a mapping of a template without `ReportBatchItemFailures`, where a handler has `each`',
    files: {
      'hello.sh': 'echo\n',
      'anyhandler.config.yaml': 'handlers: { worker: { run: hello.sh, each: true } }\n',
      'template.yaml':
        'Resources:\n  Worker:\n    Type: AWS::Serverless::Function\n    Properties:\n      Events:\n        Orders:\n' +
        '          Type: SQS\n          Properties:\n            Queue: arn:aws:sqs:eu-west-1:1:orders\n',
    },
    finding:
      /^warning +template\.yaml: line 7 maps events to a function with each, but lacks ReportBatchItemFailures: .*; add FunctionResponseTypes: /,
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
    title: 'a configuration that can not be parsed',
    files: { 'hello.sh': 'echo\n', 'anyhandler.config.json': '{' },
    finding: /^error +anyhandler\.config\.json:1: it is not JSON/,
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
  {
    title: 'a dependency of package.json that is not installed',
    files: { ...list, 'package.json': '{"dependencies":{"left-behind":"1"}}' },
    finding: /^error +\.: the package 'left-behind', which the project needs, is not installed; run 'npm install'/,
  },
  {
    title: 'a native module for another processor',
    files: list,
    make: (root) => copyFileSync(join(prebuilds, 'linux-arm64.node'), join(root, 'own.node')),
    finding:
      /^error +own\.node: is built for arm64, but the function runs on x64; build it on Amazon Linux 2023 for x64/,
    cured: ['--arch', 'arm64'],
  },
  {
    title: 'a native module for another C library, in a package',
    files: {
      ...list,
      'package.json': '{"dependencies":{"fast":"1"}}',
      'node_modules/fast/package.json': '{"name":"fast"}',
    },
    make: (root) => copyFileSync(join(prebuilds, 'linuxmusl-x64.node'), join(root, 'node_modules/fast/binding.node')),
    finding:
      /^error +node_modules\/fast\/binding\.node: is built for musl, but provided\.al2023 has glibc; install it for Lambda: npm install --os=linux --cpu=x64 --libc=glibc/,
  },
  {
    title: 'a native module that needs a newer C library',
    files: list,
    make: (root) => {
      const bytes = readFileSync(join(prebuilds, 'linux-x64.node')).toString('latin1')
      writeFileSync(join(root, 'numbers.so'), bytes.replace('GLIBC_2.34', 'GLIBC_2.38'), 'latin1')
    },
    finding:
      /^error +numbers\.so: needs GLIBC_2\.38, but provided\.al2023 has GLIBC_2\.34; for Python, .*manylinux_2_28_x86_64/,
  },
  {
    title: 'a program of macOS',
    files: list,
    make: (root) =>
      writeFileSync(join(root, 'fast.so'), Buffer.concat([Buffer.from('cffaedfe', 'hex'), Buffer.alloc(64)])),
    finding: /^error +fast\.so: is built for macOS, but Lambda runs Linux; install it for Linux/,
  },
  {
    title: 'a program of Windows',
    files: list,
    make: (root) => {
      const program = Buffer.alloc(128)
      program.write('MZ')
      program.writeUInt32LE(64, 60)
      program.write('PE', 64)
      writeFileSync(join(root, 'tool.exe'), program, { mode: 0o755 })
    },
    finding: /^error +tool\.exe: is built for Windows, but Lambda runs Linux; install it for Linux/,
  },
  {
    title: 'a symbolic link that leads out of the folder',
    files: list,
    make: (root) => symlinkSync('/etc/hostname', join(root, 'name')),
    finding:
      /^error +name: is a symbolic link that leads out of the project, to \/etc\/hostname; replace the link by the file itself$/,
  },
  {
    title: 'a plugin that is a link out of the folder',
    files: {
      'hello.txt': '',
      'plugins/other.txt': '',
      'anyhandler.config.yaml': 'plugins: { shout: { package: ./plugins/shout.mjs, extensions: [.txt] } }\n',
    },
    make: (root) => symlinkSync('/etc/hostname', join(root, 'plugins/shout.mjs')),
    finding:
      /^error +plugins\/shout\.mjs: is a symbolic link that leads out of the project, to \/etc\/hostname; replace/,
  },
  {
    title: 'a plugin whose path leads out of the folder',
    files: {
      'hello.txt': '',
      'anyhandler.config.yaml': 'plugins: { shout: { package: ../shout.mjs, extensions: [.txt] } }\n',
    },
    finding:
      /^error +\.: plugins\.shout\.package is '\.\.\/shout\.mjs', which leads out of the task root; install a plugin from another folder as a package$/,
  },
  {
    title: 'a plugin with a wrong `anyhandlerPlugin`',
    files: {
      'hello.txt': '',
      'plugins/shout/package.json': '{"name":"shout","type":"module","anyhandlerPlugin":{"needs":5}}',
      'plugins/shout/index.js':
        'export default () => ({ name: "shout", extensions: [".txt"], setup() {}, invoke() {}, cleanup() {} })\n',
      'anyhandler.config.yaml': 'plugins: { shout: { package: ./plugins/shout, extensions: [.txt] } }\n',
    },
    finding: /^error +\.: .*plugins\/shout\/package\.json: anyhandlerPlugin\.needs is 5; it must be a mapping/,
  },
  {
    title: 'a symbolic link to nothing',
    files: list,
    make: (root) => symlinkSync('gone', join(root, 'nothing')),
    finding: /^error +nothing: is a symbolic link to a missing file; remove it/,
  },
  {
    title: 'a symbolic link in a circle',
    files: list,
    make: (root) => symlinkSync('.', join(root, 'again')),
    finding: /^error +again: is a symbolic link to a folder above itself; remove it/,
  },
  {
    title: "another product's wrapper in the variable of the host's",
    files: { ...list, 'template.yml': 'Variables:\n  AWS_LAMBDA_EXEC_WRAPPER: /opt/datadog_wrapper\n' },
    flags: ['--runtime', 'python3.13'],
    finding:
      /^error +template\.yml: sets AWS_LAMBDA_EXEC_WRAPPER to \/opt\/datadog_wrapper, but on python3\.13 it must name the host's own wrapper; set AWS_LAMBDA_EXEC_WRAPPER to \/opt\/anyhandler\/wrapper, and ANYHANDLER_EXEC_WRAPPER to \/opt\/datadog_wrapper$/,
    cured: ['--runtime', 'provided.al2023'],
  },
  {
    title: 'a handler that is left out of the function',
    files: {
      'reports/list.sh': 'echo\n',
      '.anyhandlerignore': 'reports/\n',
      'anyhandler.config.yaml': 'handlers: { list: reports/list.sh }\n',
    },
    finding:
      /^error +reports\/list\.sh: is left out of the function \(named in \.anyhandlerignore\), and the handler 'list' names it; include it with/,
  },
  {
    title: 'a database that is left out of the function',
    files: {
      ...list,
      '.data/app.db': '',
      'anyhandler.config.yaml': 'plugins: { sql: { options: { database: .data/app.db } } }\n',
      '.anyhandlerignore': '*.db\n',
    },
    make: (root) => {
      const database = new Database(join(root, '.data/app.db'))
      database.exec('CREATE TABLE a (b)')
      database.close()
    },
    finding:
      /^error +\.data\/app\.db: is left out of the function \(named in \.anyhandlerignore\), and plugins\.sql\.options\.database names it; /,
  },
  {
    title: 'a private key',
    files: { ...list, 'tls/server.txt': '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n' },
    finding: /^warning +tls\/server\.txt: holds a private key, and would be packed; add it to \.anyhandlerignore/,
  },
  {
    title: 'keys of an AWS account',
    files: { ...list, 'settings.ini': `aws_secret_access_key = ${'aB3/'.repeat(10)}\n` },
    finding: /^warning +settings\.ini: holds an AWS secret access key, and would be packed; /,
  },
  {
    title: 'a file whose name says that it is secret',
    files: { ...list, 'store/server.p12': 'x' },
    finding: /^warning +store\/server\.p12: has the name of a file with secrets, and would be packed; /,
  },
  {
    title: 'a function that is too large unpacked, together with its layer',
    files: { ...list, 'data.bin': '' },
    make: (root) => truncateSync(join(root, 'data.bin'), 130 * 2 ** 20),
    finding:
      /^error +\.: is 130\.0 MB unpacked, with the layer 25\d\.\d MB, and Lambda's limit is 250\.0 MB; use the runtime nodejs24\.x.*, or leave out data\.bin \(130\.0 MB\)/,
    flags: ['--s3'],
    cured: ['--runtime', 'nodejs24.x', '--s3'],
  },
]
