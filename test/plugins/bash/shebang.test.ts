import { readScript } from '@anyhandler/bash/script'
import { describe, expect, test } from 'vitest'

const text = (script: string): Uint8Array => new TextEncoder().encode(script)
const none = { commands: '', posix: false, trace: false }

describe('the first line of a script', () => {
  test.each([
    ['echo', none],
    ['# no first line\n#!/bin/zsh\n', none],
    ['#!\n', none],
    ['#!/bin/bash', none],
    ['#! /usr/local/bin/bash-5.2 \n', none],
    ['#!/bin/bash -\n', none],
    ['#!/bin/bash -- -e\n', none],
    ['#!/bin/bash --norc --noprofile -e\n', { ...none, commands: 'set -e;' }],
    ['#!/bin/bash -euo pipefail\n', { ...none, commands: 'set -e -u -o pipefail;' }],
    ['#!/usr/bin/env bash -e\n', { ...none, commands: 'set -e;' }],
    [
      '#!/usr/bin/env -S bash -e -O extglob +O sourcepath\n',
      {
        ...none,
        commands: 'set -e;shopt -s extglob;shopt -u sourcepath;',
      },
    ],
    ['#!/usr/bin/env -Sbash -eo posix\n', { ...none, commands: 'set -e;', posix: true }],
    ['#!/usr/bin/env --split-string=sh -eux\n', { commands: 'set -e -u;', posix: true, trace: true }],
    ['#!/bin/bash --posix -x +x\n', { ...none, posix: true }],
    ['#!/bin/sh\n', { ...none, posix: true }],
    ['#!/bin/bash -o xtrace\n', { ...none, trace: true }],
  ])('%j is read as it is meant', (script, options) => {
    expect(readScript(text(script), 'a.sh')).toEqual({ ok: true, options })
  })

  test.each([
    ['#!/usr/bin/python3\n', 'names python3 in its first line'],
    ['#!/bin/dash -e\n', 'names dash in its first line'],
    ['#!/usr/bin/env -i bash\n', 'names -i in its first line'],
    ['#!/usr/bin/env\n', 'names /usr/bin/env in its first line'],
    ['#!/bin/bash -el\n', "gives bash the option '-el'"],
    ['#!/bin/bash -c true\n', "gives bash the option '-c'"],
    ['#!/bin/bash -n\n', "gives bash the option '-n'"],
    ['#!/bin/bash -o nonsense\n', "gives bash the option '-o nonsense'"],
    ['#!/bin/bash -o\n', "gives bash the option '-o'"],
    ['#!/bin/bash -O $(id)\n', "gives bash the option '-O $(id)'"],
    ['#!/bin/bash -e # comment\n', "gives bash the option '#'"],
  ])('%j is refused', (script, fault) => {
    expect(readScript(text(script), 'a.sh')).toEqual({
      ok: false,
      fault: {
        errorType: 'Runtime.InterpreterInvalid',
        fault: expect.stringContaining(fault) as string,
        cure: expect.stringContaining('drop the extension and set the execute bit') as string,
      },
    })
  })
})

describe('carriage returns', () => {
  test.each([
    'cat <<EOF\r\nx\r\nEOF\r\n',
    'cat <<A\nx\r\nA\necho\r\n',
    'echo $((1<<2))\r\n',
    'cat <<<word\r\n',
    'cat <<EOF\nnever closed\r\n',
    'echo\r\nexit\ndata\n',
    'exit 1\r\n',
  ])('are refused in %j', (script) => {
    expect(readScript(text(script), 'a.sh')).toMatchObject({
      ok: false,
      fault: { fault: expect.stringContaining('CRLF') as string },
    })
  })

  test.each([
    'cat <<EOF\nx\r\n\r\nEOF\n',
    "cat <<-'EOF' | sed s/a/b/\n\tx\r\n\tEOF\necho\n",
    'cat <<A; cat <<B\nA\nB\n',
    'exit\ndata\r\n\0',
    'exit\n\0\r\n',
    'exec tail -n +2 "$0"\n\0\r\n',
    'printf "a\rb"\n',
  ])('are data in %j', (script) => {
    expect(readScript(text(script), 'a.sh')).toMatchObject({ ok: true })
  })
})
