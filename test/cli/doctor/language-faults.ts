import type { Fault } from './fault.ts'

const handler = 'def handler(event, context):\n    return 1\n'

export const languageFaults: readonly Fault[] = [
  {
    title: 'a Python handler where there is no Python',
    files: { 'app.py': handler },
    flags: ['--runtime', 'provided.al2023'],
    finding:
      /^error +app\.py: is run by python3, which provided\.al2023 does not have; .*--runtime python3\.13.*--have python3.*anyhandler build image/,
    cured: [],
  },
  {
    title: "a Python handler on AWS's managed Node",
    files: { 'app.py': handler },
    flags: ['--runtime', 'nodejs24.x'],
    finding: /^error +app\.py: is run by python3, which nodejs24\.x does not have; /,
    cured: ['--runtime', 'image'],
  },
  {
    title: "a handler in JavaScript that imports the AWS SDK, which only AWS's own Node has",
    files: {
      'app.mjs':
        "import { S3Client } from '@aws-sdk/client-s3'\nimport 'node:fs'\nexport const handler = async () => S3Client\n",
    },
    flags: ['--runtime', 'provided.al2023'],
    finding:
      /^error +app\.mjs: imports @aws-sdk\/client-s3, which neither the folder nor provided\.al2023 has; run npm install @aws-sdk\/client-s3, .*--have @aws-sdk\/client-s3/,
    cured: ['--runtime', 'nodejs24.x'],
  },
  {
    title: "a plugin's handler where there is no program that the plugin needs",
    files: {
      'hello.lua': 'return 1\n',
      'plugins/lua/package.json':
        '{"name":"lua","type":"module","exports":"./index.js","anyhandlerPlugin":{"needs":{"programs":["lua"],"packages":["lua"]}}}',
      'plugins/lua/index.js':
        'export default () => ({ name: "lua", extensions: [".lua"], setup() {}, invoke() {}, cleanup() {} })\n',
      'anyhandler.config.yaml': 'plugins: { lua: { package: ./plugins/lua, extensions: [.lua] } }\n',
    },
    flags: ['--runtime', 'provided.al2023'],
    finding:
      /^error +hello\.lua: is a handler in lua and needs lua, which provided\.al2023 does not have; .*--have lua.*anyhandler build image/,
    cured: ['--have', 'lua'],
  },
  {
    title: 'a handler of a plugin file where there is no program that the plugin itself names',
    files: {
      'hello.lua': 'return 1\n',
      'lua.mjs':
        'export default ({ interpreter = "lua" }) => ({ name: "lua", extensions: [".lua"], programs: [interpreter], setup() {}, invoke() {}, cleanup() {} })\n',
      'anyhandler.config.yaml': 'plugins: { lua: { package: ./lua.mjs, extensions: [.lua] } }\n',
    },
    finding:
      /^error +hello\.lua: is a handler in lua and needs lua, which provided\.al2023 does not have; .*--have lua/,
    cured: ['--have', 'lua'],
  },
  {
    title: "a filter's configured interpreter that the folder does not have",
    files: {
      'hello.lua': 'return 1\n',
      'lua.mjs': `import { filterPlugin } from ${JSON.stringify(import.meta.resolve('@anyhandler/bash/filter'))}
export default filterPlugin({ name: 'lua', extensions: ['.lua'], interpreter: 'lua' })
`,
      'anyhandler.config.yaml':
        'plugins: { lua: { package: ./lua.mjs, extensions: [.lua], options: { interpreter: bin/lua } } }\n',
    },
    finding: /^error +hello\.lua: is a handler in lua and needs bin\/lua, which the folder does not have; /,
  },
  {
    title: 'a configured interpreter that is not there',
    files: {
      'app.py': handler,
      'anyhandler.config.yaml': 'plugins: { python: { options: { interpreter: ./python/bin/python3 } } }\n',
    },
    finding:
      /^error +app\.py: is run by \.\/python\/bin\/python3 \(plugins\.python\.options\.interpreter\), which is not in the folder; /,
  },
  {
    title: "a virtual environment of this machine's Python",
    files: { 'app.py': handler, 'anyhandler.config.yaml': 'plugins: { python: { options: { venv: .venv } } }\n' },
    finding:
      /^error +app\.py: is run by \.venv\/bin\/python of the virtual environment, which is a link to this machine/,
  },
  {
    title: 'a syntax error in Python',
    files: { 'app.py': 'def handler(event, context):\nreturn 1\n' },
    flags: ['--runtime', 'image'],
    finding: /^error +app\.py: has a syntax error in line 2: /,
  },
  {
    title: 'Python 2',
    files: { 'app.py': `${handler}print "done"\n` },
    flags: ['--runtime', 'image'],
    finding: /^error +app\.py: has a syntax error in line 3: Missing parentheses/,
  },
  {
    title: 'a Python function that is not there',
    files: { 'app.py': 'def handle(event, context):\n    return 1\n' },
    flags: ['--handlers', 'app.handel'],
    finding: /^error +app\.py: has no function handel, which the handler 'app\.handel' means; did you mean handle\?/,
    cured: ['--handlers', 'app.handle'],
  },
  {
    title: 'a Python file without a handler',
    files: { 'app.py': 'def main(event, context):\n    return 1\n' },
    finding:
      /^error +app\.py: has no function handler or lambda_handler, which the handler 'app' means; define handler/,
    cured: ['--handlers', 'app.main'],
  },
  {
    title: 'an import of a package that is not packed',
    files: { 'app.py': `import requests\n${handler}` },
    finding:
      /^warning +app\.py: imports requests, which neither the folder nor python3\.13 has; add it to requirements\.txt/,
    cured: ['--have', 'requests'],
  },
  {
    title: "an import of what only AWS's own Python brings",
    files: { 'app.py': `import boto3\n${handler}` },
    flags: ['--runtime', 'image'],
    finding: /^warning +app\.py: imports boto3, which neither the folder nor image has; /,
    cured: ['--runtime', 'python3.12'],
  },
  {
    title: 'a C module for another Python',
    files: { 'app.py': handler, 'fast/_speedups.cpython-311-x86_64-linux-gnu.so': '' },
    finding:
      /^error +fast\/_speedups\.cpython-311-x86_64-linux-gnu\.so: is built for Python 3\.11, but python3\.13 has 3\.13, which ignores it; /,
    cured: ['--runtime', 'image'],
  },
  {
    title: 'a syntax error in SQL',
    files: { 'hello.sql': 'SELECT FROM;\n' },
    finding: /^error +hello\.sql: fails when it is loaded: hello\.sql:1:8: near "FROM": syntax error/,
  },
  {
    title: 'a table that no database has',
    files: { 'hello.sql': 'SELECT * FROM nowhere;\n' },
    finding: /^error +hello\.sql: fails when it is loaded: hello\.sql:1:15: no such table: nowhere/,
  },
  {
    title: 'a database in a folder of `/tmp`, which is empty at the start',
    files: {
      'hello.sql': 'SELECT 1;\n',
      'anyhandler.config.yaml': 'plugins: { sql: { options: { database: /tmp/no/such/g.db } } }\n',
    },
    finding:
      /^error +\.: plugins\.sql\.options\.database is \/tmp\/no\/such\/g\.db, but on Lambda \/tmp is empty .* no folder \/tmp\/no\/such; name a file directly in \/tmp: \/tmp\/g\.db$/,
  },
  {
    title: 'a database in `/var/task` that is not packed',
    files: {
      'hello.sql': 'SELECT 1;\n',
      'anyhandler.config.yaml': 'plugins: { sql: { options: { database: /var/task/gone/g.db } } }\n',
    },
    finding:
      /^error +\.: plugins\.sql\.options\.database is \/var\/task\/gone\/g\.db, and the function has no file gone\/g\.db; put the database there, or name a file in \/tmp: \/tmp\/g\.db$/,
  },
  {
    title: 'a database in a folder that Lambda does not have',
    files: {
      'hello.sql': 'SELECT 1;\n',
      'anyhandler.config.yaml': 'plugins: { sql: { options: { database: /srv/data/g.db } } }\n',
    },
    finding:
      /^warning +\.: plugins\.sql\.options\.database is \/srv\/data\/g\.db, and a function may have no folder \/srv\/data; name a file in the folder, in \/tmp, /,
  },
  {
    title: 'a database that is not there',
    files: {
      'hello.sql': 'SELECT 1;\n',
      'anyhandler.config.yaml': 'plugins: { sql: { options: { database: data.db } } }\n',
    },
    finding:
      /^error +hello\.sql: fails when it is loaded: plugins\.sql\.options\.database is 'data\.db': .*does not exist/,
  },
  {
    title: 'a broken migration, of a database that lies elsewhere',
    files: {
      'hello.sql': 'SELECT 1;\n',
      'migrations/1.sql': 'CREATE TABEL a (b);\n',
      'anyhandler.config.yaml': 'plugins: { sql: { options: { database: /mnt/efs/data.db } } }\n',
    },
    finding: /^error +hello\.sql: fails when it is loaded: migrations\/1\.sql:1:8: near "TABEL": syntax error/,
  },
  {
    title: 'an option that SQL does not know',
    files: { 'hello.sql': 'SELECT 1;\n', 'anyhandler.config.yaml': 'plugins: { sql: { options: { databse: x } } }\n' },
    finding: /^error +hello\.sql: fails when it is loaded: .*plugins\.sql\.options\.databse is not known/,
  },
  {
    title: 'an option of the wrong type',
    files: { 'hello.sh': 'echo\n', 'anyhandler.config.yaml': 'plugins: { bash: { options: { strict: 3 } } }\n' },
    finding: /^error +hello\.sh: fails when it is loaded: .*plugins\.bash\.options\.strict is 3/,
  },
  {
    title: 'two options that exclude each other',
    files: {
      'hello.sh': 'echo\n',
      'anyhandler.config.yaml': 'plugins: { python: { options: { interpreter: python3, venv: .venv } } }\n',
    },
    finding: /^error +\.: fails when it is loaded: .*both interpreter and venv/,
  },
]
