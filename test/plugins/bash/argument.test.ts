import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { mayLookAtArguments } from '../../../plugins/bash/src/arguments.ts'
import { taskFolder } from '../../support/task-folder.ts'
import { serve } from './serve.ts'

const looking = [
  'echo $1',
  'jq . <<<"$1"',
  'echo "${1}"',
  'echo ${1:-none} ${12}',
  'echo ${!1}',
  'n=1; echo "${!n}"',
  'echo ${#1} $#',
  'echo ${#}',
  'cat <<<"$@"',
  'all=("$*")',
  'echo ${@:1}',
  'last=${!#}',
  'shift; echo',
  'while getopts a x; do :; done',
  'for x; do echo $x; done',
  'for x\ndo echo $x\ndone',
  'for x do echo $x; done',
  'select x; do break; done',
  'set -- a b',
  'set | cat',
  '[[ -v 1 ]]',
  'echo $_',
  'echo "${_}"',
  'eval "$code"',
  'source lib.sh',
  '. lib.sh',
  'cd x && . ./lib.sh',
  'echo ${BASH_ARGV[0]}',
  'alias a=b',
]
const blind = [
  'cat',
  'jq -r .name',
  'read -r event; echo "$event"',
  'echo "$name ${names[1]} ${names[@]} ${#names}" $$ $? $!',
  'for x in a b; do echo "$x"; done',
  'for ((i = 0; i < 3; i++)); do echo $i; done',
  'printf -v text %s x; echo "$REQUEST_ID" >&2',
  'awk "{ print NR }" # 1',
]

it('is told from a script’s text whether it may look at its arguments', () => {
  expect(looking.filter((text) => !mayLookAtArguments(text))).toEqual([])
  expect(blind.filter((text) => mayLookAtArguments(text))).toEqual([])
})

describe('an event that is too long for a frame', () => {
  const scripts = {
    'argument.sh': `printf %s "$1" | sha1sum`,
    'input.sh': `sha1sum`,
    'functions.sh': `argument() { printf %s "$1" | sha1sum; }\ninput() { sha1sum; }`,
  }
  const event = Buffer.from(`{"text":"${'é \\"x\\" '.repeat(50_000)}"}\n\n`)

  it.each(['argument', 'input', 'functions.argument'])('is whole in %s', async (handler) => {
    await serve({ root: taskFolder(scripts), handler }, async ({ invoke }) => {
      const expected = spawnSync('sha1sum', { input: event, encoding: 'utf8' }).stdout
      for (let round = 0; round < 2; round++) expect((await invoke(event)).text()).toBe(expected)
      expect((await invoke({ small: 1 })).text()).toMatch(/^[0-9a-f]{40} /)
    })
  })

  it('loses its NUL bytes as an argument, and nothing else', async () => {
    const script = { 'argument.sh': `printf %s "$1"` }
    await serve({ root: taskFolder(script), handler: 'argument' }, async ({ invoke }) => {
      expect((await invoke(Buffer.from(`"a\0b\n${'c'.repeat(100_000)}\0\n"`))).text()).toBe(
        `"ab\n${'c'.repeat(100_000)}\n"`,
      )
    })
  })
})
