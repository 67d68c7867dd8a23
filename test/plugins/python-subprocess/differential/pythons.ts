import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** An interpreter, and AWS's client for it. */
export interface Python {
  readonly name: string
  readonly interpreter: string
  readonly client: string
}

const cache = fileURLToPath(new URL('../../../../.cache/', import.meta.url))

export const machinePython: Python = {
  name: "the machine's Python",
  interpreter: 'python3',
  client: `${cache}awslambdaric`,
}

/** Those that test/tools/fetch-pythons.sh brings; 4.0.4 is the last client for 3.9. */
const fetched: readonly Python[] = [
  {
    name: 'Python 3.13',
    interpreter: `${cache}pythons/debian-13/python3`,
    client: `${cache}awslambdaric-3.13`,
  },
  { name: 'Python 3.9', interpreter: `${cache}pythons/debian-11/python3`, client: `${cache}awslambdaric-3.9` },
]

/** CI has all of them: interpreters.test.ts says so. */
export const pythons: readonly Python[] = [
  machinePython,
  ...fetched.filter(({ interpreter, client }) => existsSync(interpreter) && existsSync(client)),
]
