import { watch as watchFolder } from 'node:fs'
import { extname, join, relative } from 'node:path'
import { UsageError } from '../usage-error.ts'
import { note } from '../note.ts'
import { caseSuffix } from './format/cases-of.ts'
import type { TestCase } from './format/test-case.ts'
import { runOnce } from './session.ts'
import type { Choose, Session } from './session.ts'

/** Several files are saved at once by many editors and by `git checkout`. Milliseconds. */
const settleMs = 100

/** Runs the cases, and again when a file below the folder changes, until SIGINT. */
export async function watch(session: Session): Promise<number> {
  const stop = Promise.withResolvers<number>()
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    process.once(signal, () => stop.resolve(code))
  const changes = new Changes(session.folder)
  try {
    await attempt(session)
    for (;;) {
      note(`waiting for a change below ${session.shown}; Ctrl-C ends it`)
      const changed = await Promise.race([changes.next(), stop.promise])
      if (typeof changed === 'number') return changed
      process.stdout.write(`\n${[...changed].join(', ')} changed\n`)
      await attempt(session, affectedBy(changed, session.folder))
    }
  } finally {
    changes.close()
  }
}

/** A folder without a case, or a filter that names none, may get one while it is watched. */
async function attempt(session: Session, choose?: Choose): Promise<void> {
  try {
    await runOnce(session, choose)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    note(error.message)
  }
}

/** Which cases changed files concern: those of a case file, those of a handler's file, and all for any other file. */
export function affectedBy(changed: ReadonlySet<string>, folder: string): Choose {
  return (cases) => {
    const concerned = [...changed].map((name) => {
      if (name.endsWith(caseSuffix)) return cases.filter(({ label }) => label === name)
      const own = cases.filter((test) => isHandledBy(test, join(folder, name)))
      return own.length > 0 ? own : cases
    })
    const all = new Set(concerned.flat())
    return cases.filter((test) => all.has(test))
  }
}

function isHandledBy({ root, steps }: TestCase, file: string): boolean {
  const path = relative(root, file)
  const name = path.slice(0, path.length - extname(path).length)
  // `app.handler` is a function of app.py.
  return steps.some(({ handler }) => handler === path || handler === name || handler.replace(/\.[^./]*$/, '') === name)
}

/** The files that changed since the last look, by their paths below the folder. */
class Changes {
  readonly #watcher: ReturnType<typeof watchFolder>
  #changed = new Set<string>()
  #wake: (() => void) | undefined

  constructor(folder: string) {
    this.#watcher = watchFolder(folder, { recursive: true }, (_event, name) => {
      if (name === null || /(?:^|\/)(?:\.|node_modules\/|__pycache__\/)|\.pyc$|~$/.test(name)) return
      this.#changed.add(name)
      this.#wake?.()
    })
  }

  async next(): Promise<ReadonlySet<string>> {
    if (this.#changed.size === 0) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wake = resolve
      await promise
    }
    await new Promise((resolve) => {
      setTimeout(resolve, settleMs)
    })
    const changed = this.#changed
    this.#changed = new Set()
    return changed
  }

  close(): void {
    this.#watcher.close()
  }
}
