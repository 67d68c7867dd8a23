import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** Cuts a script after every `;` at which `sqlite3_complete()` says that what came since the last cut is complete. */
const program = `
import json, sqlite3, sys
for line in sys.stdin:
    text, pieces, start, at = json.loads(line), [], 0, -1
    while (at := text.find(';', at + 1)) >= 0:
        if sqlite3.complete_statement(text[start:at + 1]):
            pieces.append(text[start:at + 1])
            start = at + 1
    print(json.dumps(pieces + [text[start:]]), flush=True)
`

/** SQLite's own opinion, from the `sqlite3_complete()` that Python carries. */
export class SqliteComplete {
  readonly #python = spawn('python3', ['-c', program], { stdio: ['pipe', 'pipe', 'inherit'] })
  readonly #waiting: ((pieces: string[]) => void)[] = []

  constructor() {
    createInterface({ input: this.#python.stdout }).on('line', (line) =>
      this.#waiting.shift()?.(JSON.parse(line) as string[]),
    )
  }

  /** All pieces of the script, blank ones and the unfinished last one included: joined they are the script. */
  split(script: string): Promise<string[]> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.#python.stdin.write(`${JSON.stringify(script)}\n`)
    })
  }

  close(): void {
    this.#python.stdin.end()
  }
}
