import { describe, expect, it } from 'vitest'
import { anyhandler } from '../../support/command.ts'
import { folder } from '../../support/folder.ts'

describe('anyhandler build', () => {
  it.each(['build', 'doctor'])('%s explains itself', async (command) => {
    const { stdout, exitCode } = await anyhandler([command, '--help'])
    expect(stdout).toMatch(new RegExp(`^Usage: anyhandler ${command} `))
    expect(stdout).toContain('Exit code: 0')
    expect(exitCode).toBe(0)
    expect((await anyhandler(['--help'])).stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'))
  })

  it.each([
    [
      ['build'],
      'build needs an argument: layer, function [DIR], image [DIR], or --template KIND (see anyhandler build --help)',
    ],
    [['build', 'lair'], "build makes layer, function, image or a --template, not 'lair' (see anyhandler build --help)"],
    [
      ['build', 'layer', '.'],
      'build layer takes no folder, because it contains no handlers (see anyhandler build --help)',
    ],
    [['build', 'image', '/no/such'], 'DIR /no/such is not a folder'],
    [['build', 'layer', '--standalone'], 'build layer has no flag --standalone (see anyhandler build --help)'],
    [
      ['build', 'function', '.', '--python', '3.13'],
      'build function has no flag --python (see anyhandler build --help)',
    ],
    [
      ['build', 'layer', '--runtime', 'provided.al2'],
      "--runtime provided.al2 runs on Amazon Linux 2 (glibc 2.26), where Node 24 can't start; there are provided.al2023, nodejs24.x, nodejs22.x, python3.13, python3.14, python3.12",
    ],
    [['build', 'layer', '--arch', 'x86'], '--arch x86 is not known; there are x64, arm64'],
    [
      ['build', 'layer', '--languages', 'bash,phyton'],
      "--languages: there is no language 'phyton', did you mean python?; there are bash, sql, python, javascript, and the packages of plugins that are installed here",
    ],
    [['build', 'layer', '--languages', ' ,'], '--languages names no language; there are bash, sql, python, javascript'],
    [
      ['build', 'layer', '--languages', 'bash,/no'],
      "--languages: there is no language '/no'; there are bash, sql, python, javascript, and the packages of plugins that are installed here",
    ],
    [['build', '--template', 'pulumi'], '--template pulumi is not known; there are sam, cdk, terraform, serverless'],
    [
      ['build', '--template', 'sam', '.', 'more'],
      "build --template takes [DIR], not also 'more' (see anyhandler build --help)",
    ],
    [
      ['build', '--template', 'sam', '--languages', 'sql'],
      'build --template has no flag --languages (see anyhandler build --help)',
    ],
    [['build', 'layer', '--ot', 'x'], 'build has no flag --ot; did you mean --out? (see anyhandler build --help)'],
    [
      ['build', '--template', 'sam', '--handlers', 'a,,b'],
      '--handlers a,,b has an empty name in it; write names with commas, such as hello,app.handler',
    ],
  ])('refuses %j', async (args, message) => {
    const { stdout, stderr, exitCode } = await anyhandler(args)
    expect(stderr).toBe(`anyhandler: ${message}\n`)
    expect([stdout, exitCode]).toEqual(['', 2])
  })

  it('says when its file can not be written', async () => {
    const { stderr, exitCode } = await anyhandler([
      'build',
      'function',
      folder({ 'hello.sh': '' }),
      '--out',
      '/no/such/function.zip',
    ])
    expect(stderr).toBe("anyhandler: ENOENT: no such file or directory, open '/no/such/function.zip'\n")
    expect(exitCode).toBe(1)
  })
})
