import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openTmpFolder } from '../../../core/src/host/tmp-folder.ts'
import { taskFolder } from '../../support/task-folder.ts'

const namespace = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0]

it('removes what hosts that are gone have left, and nothing of anybody else', () => {
  const parent = taskFolder()
  const { pid: gone } = spawnSync('true')
  const names = {
    leftOver: `anyhandler-${namespace}-${gone}-abc`,
    alive: `anyhandler-${namespace}-${process.ppid}-abc`,
    ofAnotherNamespace: `anyhandler-1-${gone}-abc`,
    ofThisProcessBefore: `anyhandler-${namespace}-${process.pid}-abc`,
    foreign: `other-${gone}`,
  }
  for (const name of Object.values(names)) mkdirSync(join(parent, name, 'inside'), { recursive: true })
  const folder = openTmpFolder(parent)
  expect(folder.startsWith(join(parent, `anyhandler-${namespace}-${process.pid}-`))).toBe(true)
  expect(
    Object.fromEntries(Object.entries(names).map(([what, name]) => [what, existsSync(join(parent, name))])),
  ).toEqual({ leftOver: false, alive: true, ofAnotherNamespace: true, ofThisProcessBefore: false, foreign: true })
})

it('says which folder cannot be written, and the way out', () => {
  expect(() => openTmpFolder('/proc/nowhere')).toThrow(
    /no folder can be made in \/proc\/nowhere: .*; name a writable folder in TMPDIR/,
  )
})

it('takes no folder with a control character in its path', () => {
  const parent = taskFolder({ 'a\nkeepProcesses=1/': '' })
  expect(() => openTmpFolder(join(parent, 'a\nkeepProcesses=1'))).toThrow(/TMPDIR is '.*\\nkeepProcesses=1'/)
})
