/**
 * `npm run readme`: what the README says of the first handler and its server, in an empty folder, from packed packages.
 * Exit code 1 if it isn't so, or takes more than a minute.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { serveAsReadme } from '../support/readme.ts'

const root = join(import.meta.dirname, '../..')
const folders = ['core', 'plugins/bash', 'plugins/sql', 'plugins/python-subprocess', 'plugins/javascript', 'dev', 'cli']
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const place = mkdtempSync(join(tmpdir(), 'anyhandler-readme-'))
const env = { PATH: `${dirname(process.execPath)}:${process.env['PATH']}`, AWS_REGION: 'eu-central-1' }
const cwd = join(place, 'app')

await Promise.all(
  folders.map((folder) => execa('npm', ['pack', '--pack-destination', place], { cwd: join(root, folder) })),
)
const archives = readdirSync(place)
  .filter((file) => file.endsWith('.tgz'))
  .map((file) => join(place, file))
await execa('mkdir', [cwd])
writeFileSync(join(cwd, 'package.json'), '{"private":true}')
const before = performance.now()
await execa('npm', ['install', '--save-dev', '--no-audit', '--no-fund', ...archives], { cwd, env })
const installed = performance.now()
const [, lines = ''] = /```console\n\$ npm install --save-dev anyhandler\n([^`]*?)```/.exec(readme) ?? []
const commands = lines.split('\n').flatMap((line) => (line.startsWith('$ ') ? [line.slice(2)] : []))
const { stdout } = await execa('sh', ['-ec', commands.join('\n')], { cwd, env, stdin: 'ignore' })
const { answer, wanted, page } = await serveAsReadme(cwd, readme)
const seconds = (performance.now() - installed) / 1000
rmSync(place, { recursive: true, force: true })
process.stdout.write(
  `npm: ${((installed - before) / 1000).toFixed(1)} s; the rest: ${seconds.toFixed(1)} s; invoke: ${stdout}; curl: ${answer}; page: ${page}\n`,
)
process.exit(answer === wanted && page === 200 && seconds < 60 ? 0 : 1)
