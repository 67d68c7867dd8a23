import { describe, expect, it } from 'vitest'
import { folder } from '../../support/folder.ts'
import { findings } from './findings.ts'

interface Healthy {
  readonly files: Readonly<Record<string, string>>
  readonly flags?: readonly string[]
}

const python = 'def lambda_handler(event, context):\n    return {"statusCode": 200}\n'

/** Projects of the shapes that are seen in public, with what could be taken for a fault. */
const projects: Readonly<Record<string, Healthy>> = {
  'a shell script that speaks of programs': {
    files: {
      'hello.sh':
        "#!/usr/bin/env bash\n# needs jq and python3\nset -euo pipefail\necho \"install jq, or use perl -e\"\nprintf '%s\\n' 'jq .; find .'\n",
    },
  },
  'a shell script that asks for a program first': {
    files: {
      'hello.sh':
        'if command -v jq >/dev/null 2>&1; then jq .; else cat; fi\ntype perl &>/dev/null && perl -e 1\nhash zip 2>/dev/null && zip x\n',
    },
  },
  'programs as patterns and arguments': {
    files: {
      'hello.sh':
        'case $1 in\n  jq | perl) echo tool ;;\n  *) echo python3 ;;\nesac\ntools=(jq find)\necho "${tools[@]}" | grep jq\n',
    },
  },
  'functions with the names of programs': {
    files: {
      'hello.sh': 'source "$LAMBDA_TASK_ROOT/lib/json.sh"\njq .name\nfunction zip { :; }\nzip x\nalias tar=:\ntar x\n',
      'lib/json.sh': 'jq() { sed s/x/y/; }\n',
    },
  },
  'a plugin that is one file, in no package': {
    files: {
      'page.tmpl': 'Hello\n',
      'plugins/template.mjs':
        "export default () => ({ name: 'template', extensions: ['.tmpl'], setup() {}, invoke: () => '', cleanup() {} })\n",
      'anyhandler.config.yaml': 'plugins:\n  template: { package: ./plugins/template.mjs, extensions: [.tmpl] }\n',
    },
  },
  'a program beside the handlers': {
    files: { 'hello.sh': 'export PATH=$LAMBDA_TASK_ROOT/bin:$PATH\njq .\n', 'bin/jq*': '#!/bin/sh\n' },
  },
  'a here-document in another language': {
    files: {
      'hello.sh':
        'awk -f /dev/stdin <<\'end\'\nBEGIN { system("jq .") }\nfind me\nend\ncat <<-text\n\tperl -e\n\ttext\n',
    },
  },
  'a router of functions': {
    files: {
      'app.sh':
        'get() {\n  local id=${1#*/}\n  respond 200 "Content-Type: text/plain"\n  printf %s "$id"\n}\npost() { cat; }\n',
      'anyhandler.config.yaml': 'handlers:\n  get: app.get\n  post: app.post\n',
    },
  },
  'embedded awk and sed': {
    files: { 'hello.sh': "awk 'BEGIN { find = 1; while (find) { tar = 2; exit } }'\nsed -e 's/jq/find/' <<<\"$1\"\n" },
  },
  'programs with a layer for them': {
    files: { 'hello.sh': 'jq . | xargs -n1 curl\n' },
    flags: ['--have', 'jq,xargs'],
  },
  'a project in SQL with comments, CRLF and a byte order mark': {
    files: {
      'report.sql': '\uFEFF-- jq; find\r\nSELECT event(\'a.b\') AS "x;y";\r\n',
      'on_connect.sql': 'PRAGMA foreign_keys = ON;\n',
    },
  },
  'a database in the folder by its path on Lambda': {
    files: {
      'orders.sql': 'SELECT * FROM orders;\n',
      'data/orders.db': '',
      'anyhandler.config.yaml': 'plugins: { sql: { options: { database: /var/task/data/orders.db } } }\n',
    },
  },
  'migrations of a database on EFS': {
    files: {
      'orders.sql': 'SELECT * FROM orders;\n',
      'elsewhere.sql': 'SELECT * FROM made_by_others;\n',
      'migrations/001.sql': 'CREATE TABLE orders (id INTEGER PRIMARY KEY);\n',
      'anyhandler.config.yaml': 'plugins: { sql: { options: { database: /mnt/efs/orders.db } } }\n',
    },
  },
  "AWS's own Python example": {
    files: {
      'lambda_function.py': `import json\nimport os\nimport boto3\nfrom botocore.config import Config\n\ntable = os.environ["TABLE"]\nclient = boto3.client("s3", config=Config())\n${python}`,
    },
    flags: ['--handlers', 'lambda_function.lambda_handler'],
  },
  'a Python project with its tools': {
    files: {
      'app.py': `from lib.store import save\nimport requests\n${python}`,
      'lib/__init__.py': '',
      'lib/store.py': 'def save(): pass\n',
      'requirements.txt': 'requests==2.32.0\n',
      'setup.py': 'from setuptools import setup\nsetup()\n',
      'conftest.py': 'import pytest\n',
      'test_app.py': 'import pytest\nfrom app import lambda_handler\n',
      'tests/test_more.py': 'import pytest\n',
    },
  },
  'Python with imports that may fail': {
    files: {
      'app.py': `try:\n    import orjson as json\nexcept ImportError:\n    import json\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from aws_lambda_typing import events\n${python}`,
    },
  },
  'Python that makes its handler': {
    files: {
      'app.py':
        'import sys\nsys.path.insert(0, "vendor")\nimport mangum_like\nhandler = mangum_like.Adapter(object())\n',
      'vendor/mangum_like/__init__.py': 'class Adapter:\n    def __init__(self, app): pass\n',
    },
  },
  'Python that brings its packages, of other systems too': {
    files: {
      'app.py': `from fast import run as handler\n`,
      'fast/__init__.py': 'def run(event, context): return 1\n',
      'fast/_c.cpython-313-x86_64-linux-gnu.so': '',
      'fast/_c.cpython-312-x86_64-linux-gnu.so': '',
      'fast/_d.abi3.so': '',
      'fast/tests/key.pem': '-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----\n',
    },
  },
  'several languages in one function': {
    files: {
      'hello.sh': 'echo "$1"\n',
      'report.sql': 'SELECT 1;\n',
      'app.py': python,
      'tool*': '#!/usr/bin/env python3\n',
    },
  },
  'executables of several kinds': {
    files: {
      'list*': '#!/usr/bin/env -S bash -e\nls\n',
      'show*': '#!/bin/sh\ncat\n',
      'sum*': '#!/usr/bin/awk -f\n{ print }\n',
    },
  },
  'a project with files that are for local work alone': {
    files: {
      'hello.sh': 'echo\n',
      '.env': 'AWS_SECRET_ACCESS_KEY=abcdefghijabcdefghijabcdefghijabcdefghij\n',
      '.git/HEAD': 'ref: x\n',
      '.github/workflows/ci.sh': 'jq .\n',
      'README.md': 'run `jq .`\r\n',
      Makefile: 'all:\n\tzip x\n',
      'template.yaml': 'Resources: {}\n',
      'public.pem': '-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n',
    },
  },
  'a Node project around it': {
    files: {
      'hello.sh': 'echo\n',
      'package.json': '{"name":"x","devDependencies":{"typescript":"5"},"scripts":{"build":"tsc"}}',
      'index.js': '#!/usr/bin/env node\n',
      'node_modules/typescript/package.json': '{"name":"typescript"}',
    },
  },
  'an image with everything': {
    files: { 'app.py': python, 'hello.sh': 'python3 -c "print(1)"\n' },
    flags: ['--runtime', 'image'],
  },
}

describe('anyhandler doctor', () => {
  it.each(Object.entries(projects))('finds nothing in %s', async (_title, { files, flags = [] }) => {
    expect((await findings(folder(files), ...flags, '--strict')).lines).toEqual([])
  })
})
