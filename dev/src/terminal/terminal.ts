import { styleText } from 'node:util'
import type { Invocation } from '../records/invocation.ts'
import type { LogLine } from '../records/record.ts'
import type { Listener } from '../records/store.ts'
import { FailedStarts } from './failed-starts.ts'

export interface TerminalOptions {
  /** One JSON object a line in place of text. */
  readonly isJson: boolean
  readonly hasColours: boolean
  write(text: string): void
}

type Style = 'green' | 'red' | 'yellow' | 'dim' | 'bold'

/** A handler that runs longer is not waited for: its lines are shown as they come. */
const patienceMs = 1_000

/** Lines for the terminal: one for each invocation once it has ended, the lines of its log beneath. */
export class Terminal implements Listener {
  readonly #options: TerminalOptions
  /** Lines that are shown already, by invocation. */
  readonly #shown = new Map<Invocation, number>()
  readonly #starts = new FailedStarts()

  constructor(options: TerminalOptions) {
    this.#options = options
  }

  changed(invocation: Invocation): void {
    if (!invocation.isDone) return
    if (this.#options.isJson)
      this.#json({
        kind: 'invocation',
        ...invocation.summary(),
        log: invocation.log,
        judged: invocation.record().judged,
      })
    else this.#text(invocation)
    this.#shown.delete(invocation)
  }

  logged(
    line: LogLine,
    { invocation, function: name }: { readonly invocation?: Invocation; readonly function: string },
  ): void {
    if (!invocation || invocation.isDone) {
      if (this.#options.isJson) this.#json({ kind: 'log', function: name, ...line })
      else {
        this.#starts.note(name, line.text)
        this.#line(`${this.#styled('dim', `  ${name} │ `)}${visible(line.text)}`)
      }
    } else if (!this.#options.isJson && Date.now() - invocation.receivedAt > patienceMs) this.#catchUp(invocation, name)
  }

  /** A sentence about the server itself. */
  say(sentence: string): void {
    if (this.#options.isJson) this.#json({ kind: 'notice', message: sentence })
    else this.#line(sentence)
  }

  /** Something that a program that reads the lines may want to know. */
  tell(kind: string, fields: object, sentence: string): void {
    if (kind === 'reload') this.#starts.forget()
    if (this.#options.isJson) this.#json({ kind, ...fields })
    else this.#line(sentence)
  }

  #text(invocation: Invocation): void {
    const {
      function: name,
      title,
      httpStatus,
      errorType,
      totalMs = 0,
      memory,
      cold,
      attempts,
      ok,
      receivedAt,
    } = invocation.summary()
    const status = httpStatus === undefined ? (ok ? 'ok' : 'failed') : String(httpStatus)
    const style: Style = ok ? 'green' : 'red'
    const parts = [
      this.#styled('dim', clock(receivedAt)),
      this.#styled('bold', name),
      title === 'invoke' ? '' : visible(title),
      this.#styled(style, `${status}${errorType === undefined ? '' : ` ${visible(errorType)}`}`),
      `${totalMs} ms`,
      memory === undefined ? '' : `${memory} MB`,
      cold ? this.#styled('dim', 'cold') : '',
      attempts > 1 ? `${attempts} tries` : '',
    ]
    this.#line(parts.filter((part) => part !== '').join('  '))
    for (const { severity, message } of invocation.record().judged)
      this.#line(`  ${this.#styled(severity === 'error' ? 'red' : 'yellow', `${severity}: ${message}`)}`)
    this.#catchUp(invocation, undefined)
  }

  #catchUp(invocation: Invocation, name: string | undefined): void {
    const before = this.#shown.get(invocation) ?? 0
    const prefix = name === undefined ? '  ' : `  ${name} │ `
    const lines = invocation.log.slice(before).map(({ text }) => text)
    for (const text of this.#starts.shortened(invocation.start.function, lines))
      this.#line(this.#styled('dim', `${prefix}${visible(text)}`))
    this.#shown.set(invocation, invocation.log.length)
  }

  #styled(style: Style, text: string): string {
    return this.#options.hasColours ? styleText(style, text, { validateStream: false }) : text
  }

  #json(value: object): void {
    this.#options.write(`${JSON.stringify(value)}\n`)
  }

  #line(text: string): void {
    this.#options.write(`${text}\n`)
  }
}

/** A handler's text must not steer the terminal. */
function visible(text: string): string {
  return text.replaceAll(
    /[\0-\u0008\u000b-\u001f\u007f-\u009f]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}

function clock(time: number): string {
  return new Date(time).toTimeString().slice(0, 8)
}
