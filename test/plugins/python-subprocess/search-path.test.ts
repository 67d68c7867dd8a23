import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inNamespace } from '../../support/namespace.ts'
import { rootOf } from './case.ts'
import type { Case } from './case.ts'
import { pythons } from './differential/pythons.ts'

const runBoth = fileURLToPath(new URL('differential/run-both.ts', import.meta.url))

/** `/opt` and `/var/lang` are folders of the test's own, in a private mount. */
const mount =
  'mount --bind "$LAYERS" /opt; mount -t tmpfs tmpfs /var; mkdir /var/lang; mount --bind "$LANG_FOLDER" /var/lang; exec "$@"'

interface Seen {
  readonly path: string[]
  readonly from: string
  readonly pth: (string | null)[]
  readonly child: string
}

describe.each(pythons)('the search path on $name', { timeout: 60_000 }, (python) => {
  const folder = mkdtempSync(join(tmpdir(), 'anyhandler-opt-'))
  const layers = join(folder, 'opt')
  const version = execFileSync(python.interpreter, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], {
    encoding: 'utf8',
  }).trim()
  const packages = join(layers, `python/lib/python${version}/site-packages`)

  beforeAll(() => {
    mkdirSync(packages, { recursive: true })
    mkdirSync(join(folder, `lang/lib/python${version}/site-packages`), { recursive: true })
    mkdirSync(join(folder, 'own'), { recursive: true })
    writeFileSync(join(layers, 'python/on_the_path.py'), "WHERE = 'layer'\n")
    writeFileSync(join(packages, 'on_the_path.py'), "WHERE = 'site-packages of the layer'\n")
    writeFileSync(join(folder, 'own/on_the_path.py'), "WHERE = 'PYTHONPATH'\n")
    writeFileSync(join(layers, 'python/layer.pth'), "import os; os.environ['PTH_LAYER'] = 'yes'\n")
    writeFileSync(join(packages, 'site.pth'), "import os; os.environ['PTH_SITE'] = 'yes'\n")
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const both = (variables: Readonly<Record<string, string>>): readonly [Seen, Seen] => {
    const one: Case = {
      root: rootOf('search_path'),
      handler: 'app.handler',
      events: [{ text: '1' }],
      variables,
      python,
    }
    const [command, ...args] = inNamespace(mount, [
      process.execPath,
      '--conditions=source',
      runBoth,
      JSON.stringify(one),
    ])
    const env = { ...process.env, LAYERS: layers, LANG_FOLDER: join(folder, 'lang') }
    const texts = JSON.parse(execFileSync(command!, args, { env, encoding: 'utf8' })) as [string[], string[]]
    const [ours, theirs] = texts.map(([text]) => JSON.parse(text!) as Seen)
    return [ours!, theirs!]
  }

  test("is that of AWS's bootstrap", () => {
    const [ours, theirs] = both({ LAMBDA_RUNTIME_DIR: '/var/runtime' })
    expect(ours).toEqual(theirs)
    expect(ours).toMatchObject({
      from: 'site-packages of the layer',
      pth: ['yes', 'yes', 'yes'],
      child: '/var/runtime\n',
    })
  })

  test('is another one when PYTHONPATH is set', () => {
    const own = join(folder, 'own')
    const [ours, theirs] = both({ LAMBDA_RUNTIME_DIR: '/var/runtime', PYTHONPATH: own })
    expect(ours).toEqual(theirs)
    expect(ours).toMatchObject({ from: 'PYTHONPATH', pth: ['yes', null, null] })
  })
})
