import type { LoggedRequest } from './call.ts'

/** The last requests, oldest first. */
export class RequestLog {
  readonly requests: LoggedRequest[] = []
  readonly #size: number

  constructor(size: number) {
    this.#size = size
  }

  add(request: LoggedRequest): void {
    this.requests.push(request)
    // Trimmed seldom, many at a time: a shift for each request would move the whole list each time.
    if (this.requests.length > this.#size * 2) this.requests.splice(0, this.requests.length - this.#size)
  }
}
