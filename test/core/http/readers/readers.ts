import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ProxyKind } from '@anyhandler/core/events'

export interface Question {
  readonly kind: ProxyKind
  readonly answer: Buffer
}

/** What a reader makes of an answer. */
export interface Reading {
  readonly malformed: boolean
  readonly status?: number
  /** Base64. */
  readonly body?: string
}

interface Reader {
  readonly name: string
  readonly kinds: readonly ProxyKind[]
  readonly command: readonly [string, ...string[]]
  /** Missing when it was not fetched. */
  readonly needs: string
}

const cache = join(import.meta.dirname, '../../../../.cache')
const installed = join(cache, 'http-readers')
const python = join(cache, 'templates/python/bin/python')
const goTypes = join(installed, 'go-types')
const architect = join(import.meta.dirname, 'architect.cjs')

export const readers: readonly Reader[] = [
  {
    name: 'SAM',
    kinds: ['rest', 'http-1.0', 'http', 'url'],
    command: [python, join(import.meta.dirname, 'sam.py')],
    needs: python,
  },
  {
    name: 'Architect',
    kinds: ['rest', 'http-1.0', 'http', 'url'],
    command: [process.execPath, architect, installed],
    needs: join(installed, 'node_modules'),
  },
  {
    name: 'Go',
    kinds: ['rest', 'http-1.0', 'http', 'url', 'alb', 'alb-multi', 'lattice', 'websocket'],
    command: [goTypes],
    needs: goTypes,
  },
]

export const areThere = readers.every(({ needs }) => existsSync(needs))

/** The readings of all readers that know the kind, by reader. */
export function readAll(questions: readonly Question[]): readonly ReadonlyMap<string, Reading>[] {
  const all = questions.map(() => new Map<string, Reading>())
  for (const { name, kinds, command } of readers) {
    const indexes = [...questions.keys()].filter((index) => kinds.includes((questions[index] as Question).kind))
    const [file, ...args] = command
    const lines = indexes.map((index) => {
      const { kind, answer } = questions[index] as Question
      return JSON.stringify({ kind, answer: answer.toString('base64') })
    })
    const output = execFileSync(file, args, { input: `${lines.join('\n')}\n`, maxBuffer: 64 * 1024 * 1024 }).toString()
    for (const [place, line] of output.trimEnd().split('\n').entries())
      all[indexes[place] as number]?.set(name, JSON.parse(line) as Reading)
  }
  return all
}
