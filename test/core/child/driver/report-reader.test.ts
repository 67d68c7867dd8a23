import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { fc } from '../../../support/properties.ts'
import { expect, it, onTestFinished } from 'vitest'
import { ReportReader } from '../../../../core/src/child/driver/reports.ts'
import { fifo } from '../../../support/fifo.ts'
import { until } from '../../../support/served.ts'

interface Reports {
  readonly reader: ReportReader
  /** Write end of the pipe. */
  readonly fd: number
  readonly seen: string[]
}

/** @param wanted whether somebody waits for a report */
function reportsOf(wanted: (kind: string) => boolean = () => true): Reports {
  const path = fifo()
  const seen: string[] = []
  const reader = new ReportReader(path, {
    onReport({ kind, event, payload }) {
      if (!wanted(kind)) return false
      seen.push(`${kind} ${event} ${payload.toString()}`)
      return true
    },
    onNoise: (line) => seen.push(`noise ${line.toString()}`),
  })
  const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
  onTestFinished(() => {
    closeSync(fd)
    reader.close()
  })
  return { reader, fd, seen }
}

it('gives the same reports and the same noise, wherever the pipe’s bytes are cut', () => {
  const lines: readonly (readonly [line: string, seen: string])[] = [
    ['done 7', 'done 7 '],
    ['idle 7', 'idle 7 '],
    ['head {"stream":true}', 'head undefined {"stream":true}'],
    ['head 7 {}', 'head 7 {}'],
    ['failed 7 {"errorType":"Ü"}', 'failed 7 {"errorType":"Ü"}'],
    ['cause 7 {"a":[1]}', 'cause 7 {"a":[1]}'],
    ['done', 'noise done'],
    ['done 7 more', 'noise done 7 more'],
    ['done 1234567890123456', 'noise done 1234567890123456'],
    ['failed {}', 'noise failed {}'],
    ['failed 7 [1]', 'noise failed 7 [1]'],
    ['head nothing', 'noise head nothing'],
    ['loaded 7', 'noise loaded 7'],
    ['constructor 7 {}', 'noise constructor 7 {}'],
    ['', 'noise '],
    ['grüß Gott', 'noise grüß Gott'],
  ]
  const { reader, fd, seen } = reportsOf()
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...lines), { maxLength: 10 }),
      fc.array(fc.nat(1_000), { maxLength: 10 }),
      (chosen, places) => {
        seen.length = 0
        const bytes = Buffer.from(chosen.map(([line]) => `${line}\n`).join(''))
        const ends = places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b)
        for (const [index, end] of [...ends, bytes.length].entries()) {
          const part = bytes.subarray(ends[index - 1] ?? 0, end)
          if (part.length > 0) writeSync(fd, part)
          reader.drain()
        }
        expect(seen).toEqual(chosen.map(([, expected]) => expected))
      },
    ),
  )
})

it('calls a report noise that nobody waits for', () => {
  const { reader, fd, seen } = reportsOf((kind) => kind !== 'done')
  writeSync(fd, 'idle 1\ndone 1\n')
  reader.drain()
  expect(seen).toEqual(['idle 1 ', 'noise done 1'])
})

it('reads by itself once it has started', async () => {
  const { reader, fd, seen } = reportsOf()
  reader.start()
  writeSync(fd, 'done 1\ndo')
  await until(() => seen.length === 1)
  writeSync(fd, 'ne 2\n')
  await until(() => seen.length === 2)
  expect(seen).toEqual(['done 1 ', 'done 2 '])
})
