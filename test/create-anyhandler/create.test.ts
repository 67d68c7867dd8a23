import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { main } from '../../create-anyhandler/src/main.ts'
import { folder } from '../support/folder.ts'

interface Run {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command. @param answers what a person types on the terminal; without, there is none */
async function create(args: readonly string[], answers?: readonly string[]): Promise<Run> {
  const isTTY = answers !== undefined
  const stdin = Object.assign(new PassThrough(), { isTTY })
  const stdout = Object.assign(new PassThrough(), { isTTY })
  const stderr = new PassThrough()
  const left = [...(answers ?? [])]
  let said = ''
  stdout.on('data', (text) => {
    said += text
    // A question ends without a newline.
    if (said.endsWith(') ') && left.length > 0) stdin.write(`${left.shift()}\n`)
  })
  const exitCode = await main(args, { stdin, stdout, stderr })
  return { exitCode, stdout: said, stderr: String(stderr.read() ?? '') }
}

const into = (name: string): string => join(folder({}), name)
const manifest = (target: string) =>
  JSON.parse(readFileSync(join(target, 'package.json'), 'utf8')) as {
    readonly name: string
    readonly anyhandlerPlugin?: object
  }

describe('npm create anyhandler', () => {
  test('ends with the next three commands', async () => {
    const target = into('greetings')
    const { exitCode, stdout, stderr } = await create([target, '--template', 'bash'])
    expect([exitCode, stderr]).toEqual([0, ''])
    const commands = stdout
      .split('Next:\n\n')[1]
      ?.trimEnd()
      .split('\n')
      .map((line) => line.trim())
    expect(commands).toEqual([
      expect.stringMatching(/^cd \S+greetings && npm install$/),
      'npm test',
      `npx anyhandler invoke hello --root handlers --event '{"name":"World"}'`,
    ])
    expect(manifest(target).name).toBe('greetings')
    expect(readdirSync(target)).toContain('.gitignore')
  })

  test('leaves no placeholder', async () => {
    const target = into('anyhandler-plugin-lua')
    await create([target, '--template', 'plugin', '--kind', 'warm'])
    const files = readdirSync(target, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    for (const { parentPath, name } of files) {
      expect(name).not.toMatch(/__/)
      expect(readFileSync(join(parentPath, name), 'utf8')).not.toMatch(/__(NAME|LANGUAGE|EXT|VERSION)__/)
    }
    expect(manifest(target).anyhandlerPlugin).toMatchObject({ name: 'lua', extensions: ['.lua'] })
    expect(existsSync(join(target, 'example/hello.lua'))).toBe(true)
  })

  test('asks on a terminal for what was not said, and once more for what is none of the choices', async () => {
    const target = into('anyhandler-plugin-awk')
    const { exitCode, stdout } = await create([target], ['plugins', 'plugin', 'filter'])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('plugins is none of them')
    expect(readFileSync(join(target, 'index.js'), 'utf8')).toContain("filterPlugin({\n  name: 'awk'")
  })

  test('takes what is usual for Enter', async () => {
    const target = into('mine')
    await create([target], [''])
    expect(existsSync(join(target, 'handlers/count.py'))).toBe(true)
  })

  test('asks nothing with --yes, nor without a terminal', async () => {
    const target = into('mine')
    expect(await create([target, '--yes'], [])).toMatchObject({ exitCode: 0 })
    expect(existsSync(join(target, 'handlers/total.mjs'))).toBe(true)
    const { exitCode, stderr } = await create([into('other')])
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(
      /^create-anyhandler: --template is missing; there are sql, bash, .*, or --yes for the defaults\n$/,
    )
  })

  test('does not write into a folder that is not empty, unless it is forced', async () => {
    const target = folder({ 'mine.txt': 'mine' })
    const { exitCode, stderr } = await create([target, '--template', 'sql'])
    expect([exitCode, readdirSync(target)]).toEqual([2, ['mine.txt']])
    expect(stderr).toContain('is not empty (it has mine.txt); name another folder, or write into it with --force')
    expect((await create([target, '--template', 'sql', '--force'])).exitCode).toBe(0)
    expect(readFileSync(join(target, 'mine.txt'), 'utf8')).toBe('mine')
    writeFileSync(join(target, 'file'), '')
    expect((await create([join(target, 'file'), '--template', 'sql'])).stderr).toMatch(/is a file; name a folder/)
  })

  test.each<[readonly string[], RegExp]>([
    [['--template', 'rust'], /--template rust is not known; there are sql, bash/],
    [['--template', 'sql', '--kind', 'warm'], /--kind is for --template plugin/],
    [['--template', 'plugin', '--kind', 'cold'], /--kind cold is not known; there are filter, warm, js/],
    [['--template', 'plugin', '--kind', 'js', '--extension', '.js'], /--extension \.js belongs to a language/],
    [['--template', 'plugin', '--kind', 'js', '--extension', 'tmpl'], /--extension tmpl is not an extension/],
    [['--template', 'plugin', '--kind', 'js', '--language', 'C++'], /--language C\+\+ is not a valid plugin name/],
    [['--template', 'sql', '--name', 'My Name'], /--name My Name is not a valid package name/],
    [['--tempalte', 'sql'], /Unknown option '--tempalte'/],
    [['a', 'b'], /name only one folder, not also/],
  ])('refuses %j', async (args, message) => {
    const { exitCode, stderr } = await create([into('x'), ...args])
    expect(stderr).toMatch(message)
    expect([exitCode, stderr.split('\n').length]).toEqual([2, 2])
  })

  test('says all of it with --help', async () => {
    const { stdout, exitCode } = await create(['--help'])
    expect(exitCode).toBe(0)
    for (const flag of ['template', 'kind', 'name', 'language', 'extension', 'force', 'yes'])
      expect(stdout).toContain(`--${flag}`)
  })
})

test("the driver of the plugin's template is that of the example", () => {
  const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8')
  const template = 'create-anyhandler/templates/plugin-warm'
  expect(read(`${template}/driver/driver.pl`)).toBe(read('examples/custom-plugin/driver/driver.pl'))
  expect(read(`${template}/test/handlers/kit.__EXT__`)).toBe(read('examples/custom-plugin/test/handlers/kit.pl'))
})
