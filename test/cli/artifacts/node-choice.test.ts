import { createHash } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, it, onTestFinished } from 'vitest'
import { anyhandler } from '../../support/command.ts'
import { folder } from '../../support/folder.ts'
import { readZip } from '../../support/zip.ts'

/** An architecture that can't run here: nothing is compiled ahead, so that its Node may be any file. */
const other = process.arch === 'arm64' ? 'x64' : 'arm64'
const name = `node-linux-${other}`

/** A registry with a few versions of Node, which remembers whether it was asked. */
async function registry(): Promise<{
  readonly env: Readonly<Record<string, string>>
  readonly asked: () => number
  integrity: string
}> {
  const files = folder({
    'package/package.json': JSON.stringify({ name, version: '24.99.1' }),
    'package/LICENSE': 'Node is licensed so\n',
    'package/bin/node': 'Node 24.99.1',
  })
  await execa('tar', ['-czf', 'node.tgz', 'package'], { cwd: files })
  const archive = readFileSync(join(files, 'node.tgz'))
  const made = { integrity: `sha512-${createHash('sha512').update(archive).digest('base64')}` }
  let requests = 0
  const server = createServer((request, response) => {
    requests++
    if (request.url?.endsWith('.tgz')) return void response.end(archive)
    const { port } = server.address() as AddressInfo
    const version = (number: string) => ({
      name,
      version: number,
      dist: { tarball: `http://127.0.0.1:${port}/node.tgz`, integrity: made.integrity },
    })
    const versions = Object.fromEntries(
      ['24.9.0', '24.99.1', '24.10.2', '25.0.0'].map((number) => [number, version(number)]),
    )
    response.end(JSON.stringify({ name, 'dist-tags': { latest: '25.0.0' }, versions }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const cache = folder({})
  const { port } = server.address() as AddressInfo
  const env = {
    XDG_CACHE_HOME: cache,
    npm_config_cache: join(cache, 'npm'),
    npm_config_registry: `http://127.0.0.1:${port}`,
  }
  return Object.assign(made, { env, asked: () => requests })
}

describe('the Node of a layer', () => {
  it('is the newest 24 when it is to be, with its integrity printed and kept beside the layer', async () => {
    const made = await registry()
    const { env, integrity } = made
    const cwd = folder({})
    const args = ['build', 'layer', '--arch', other, '--languages', 'bash', '--node']
    const first = await anyhandler([...args, 'latest-24'], { cwd, env })
    expect(first.exitCode).toBe(0)
    expect(first.stderr).toContain(`anyhandler: Node 24.99.1: ${name}, ${integrity}\n`)
    const entries = await readZip(join(cwd, 'anyhandler-layer.zip'))
    const node = entries.find((entry) => entry.name === 'anyhandler/node')
    expect(String(await node?.read())).toBe('Node 24.99.1')
    const lock = JSON.parse(readFileSync(join(cwd, 'anyhandler-layer.lock.json'), 'utf8')) as unknown
    const sha256 = createHash('sha256').update('Node 24.99.1').digest('hex')
    expect(lock).toEqual({ package: name, version: '24.99.1', integrity, sha256 })
    expect((await anyhandler([...args, '24.99.1', '--quiet'], { cwd, env })).stderr).toBe('')

    // The same version with other bytes: in the registry, in the cache.
    made.integrity = `sha512-${'A'.repeat(86)}==`
    const changed = await anyhandler([...args, '24.99.1'], { cwd, env: { ...env, npm_config_cache: folder({}) } })
    expect(changed.stderr).toMatch(
      /anyhandler-layer\.lock\.json: \S+@24\.99\.1 has the integrity sha512-AAA\S+, and had sha512-\S+ when it was built in first; find out why/,
    )
    expect(changed.exitCode).toBe(1)
    made.integrity = integrity
    writeFileSync(join(env['XDG_CACHE_HOME'] ?? '', 'anyhandler', `${name}@24.99.1`, 'bin/node'), 'changed')
    const tampered = await anyhandler([...args, '24.99.1'], { cwd, env })
    expect(tampered.stderr).toContain('is not the Node 24.99.1 that it should be')
    rmSync(join(cwd, 'anyhandler-layer.lock.json'))
  }, 180_000)

  it("is the command's own otherwise, and nobody is asked", async () => {
    const { env, asked } = await registry()
    const cwd = folder({ 'hello.sh': 'echo\n' })
    for (const args of [
      ['layer', '--runtime', 'nodejs24.x'],
      ['function', '.'],
    ])
      expect((await anyhandler(['build', ...args], { cwd, env })).exitCode).toBe(0)
    await anyhandler(['doctor'], { cwd, env })
    expect(asked()).toBe(0)
  }, 180_000)

  it.each([
    [
      ['--node', '22.19.0'],
      '--node 22.19.0 is not a release that the host supports; write one such as 24.21.0, or latest-24',
    ],
    [
      ['--node', 'latest-24', '--runtime', 'nodejs24.x'],
      '--node chooses the Node of the layer, but nodejs24.x has its own Node',
    ],
  ])('is refused with %j', async (flags, sentence) => {
    const { stderr, exitCode } = await anyhandler(['build', 'layer', ...flags])
    expect([stderr, exitCode]).toEqual([`anyhandler: ${sentence}\n`, 2])
  })
})
