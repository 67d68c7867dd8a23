import type { InvokeOptions, RuntimeApiOptions } from '@anyhandler/core/runtime-api'

/** What is sent in an attack, and the one answer that is right. */
export interface Step {
  readonly event: string
  /** Matches `response BODY` or `error TYPE BODY`; a text must be equal to it. */
  readonly answer: string | RegExp
  /** Milliseconds to the deadline; 5,000 when absent. */
  readonly timeout?: number
  /** Milliseconds before it is sent. */
  readonly after?: number
  /** How often it is sent, one after the other. */
  readonly times?: number
  /** Sent without waiting for the answer of the one before. */
  readonly together?: boolean
  readonly options?: InvokeOptions
}

/** One attack on a host: a task root, and what is asked of it. */
export interface Attack {
  /** `B7 output without end`: the cause in front, where the kind has one. */
  readonly name: string
  /** Path → text; a path that ends in `*` makes an executable file, in `/` a folder. */
  readonly files: Readonly<Record<string, string>>
  readonly handler: string
  /** Sent before anything else, and its answer: what the host holds after it is what it may hold at the end. */
  readonly first?: Step
  readonly steps: readonly Step[]
  /** The host starts, and must refuse: what it posts to `/init/error`. */
  readonly initError?: RegExp
  /** The host itself ends, as the platform sees it: `exit status 1`. The steps' answers are `exit`. */
  readonly endsHost?: boolean
  /** SIGTERM comes so many milliseconds after the driver's start, while the handler is being loaded. */
  readonly terminateAfter?: number
  /** Makes what text can't: databases, modes, links. Gets the task root. */
  readonly prepare?: (root: string) => void
  readonly env?: Readonly<Record<string, string>>
  readonly api?: RuntimeApiOptions
  /** Bytes of the events' headers that are replaced on their way, where HTTP libraries refuse to send them. */
  readonly onTheWire?: readonly [from: string, to: string]
  /** The host's log must match. */
  readonly log?: RegExp
  /** Processes that are meant to stay. */
  readonly keeps?: number
  /** Why it can't be held with other events at the same time. */
  readonly alone?: string
  /** Why it takes long: it isn't one of the tests. */
  readonly slow?: string
}

const languages = {
  bash: {
    files: (code: string, more: string) => ({
      'app.sh': `${more}\nif [[ $1 == '"go"' ]]; then\n${code}\nelif [[ $1 == '"slow"' ]]; then sleep 0.08; fi\necho fine\n`,
    }),
    handler: 'app',
    fine: 'response fine\n',
  },
  function: {
    files: (code: string, more: string) => ({
      'app.sh': `${more}\nhandler() {\nif [[ $1 == '"go"' ]]; then\n${code}\nelif [[ $1 == '"slow"' ]]; then sleep 0.08; fi\necho fine\n}\n`,
    }),
    handler: 'app.handler',
    fine: 'response fine\n',
  },
  executable: {
    files: (code: string, more: string) => ({
      'tool*': `#!/bin/sh\n${more}\nread -r event\nif [ "$event" = '"go"' ]; then\n${code}\nelif [ "$event" = '"slow"' ]; then sleep 0.08; fi\necho fine\n`,
    }),
    handler: 'tool',
    fine: 'response fine\n',
  },
  python: {
    files: (code: string, more: string) => ({
      'app.py': `import os, signal, subprocess, sys, threading, time\n${more}\ndef go():\n${indented(code)}\n    return "fine"\n\ndef handler(event, context):\n    if event == "go": return go()\n    if event == "slow": time.sleep(0.08)\n    return "fine"\n`,
    }),
    handler: 'app.handler',
    fine: 'response "fine"',
  },
  perl: {
    files: (code: string, more: string) => ({
      'anyhandler.config.json': '{"plugins":{"perl":{"package":"anyhandler-plugin-perl","extensions":[".pl"]}}}',
      'app.pl': `use strict; use warnings; ${more}\nsub handler {\nmy ($event) = @_;\nif ($event eq '"go"') {\n${code}\n} elsif ($event eq '"slow"') { select(undef, undef, undef, 0.08) }\nreturn 'fine';\n}\n1;\n`,
    }),
    handler: 'app',
    fine: 'response fine',
  },
} as const

export interface Deed extends Partial<Omit<Attack, 'name' | 'files'>> {
  /** Code before the handler's own. */
  readonly more?: string
  /** Further files of the task root. */
  readonly files?: Readonly<Record<string, string>>
  /** The answer to the event that does it; the usual one, `fine`, when absent. */
  readonly answer?: string | RegExp
  /** That event's deadline. Milliseconds. */
  readonly timeout?: number
}

/**
 * A handler that does something when the event is `"go"`, and nothing otherwise: it is sent, then two events that must
 * find a clean worker, one of which takes its time.
 */
export function deed(
  language: keyof typeof languages,
  name: string,
  code: string,
  { more = '', files = {}, answer, timeout, ...rest }: Deed = {},
): Attack {
  const { files: filesOf, handler, fine } = languages[language]
  const slow: Step = { event: '"slow"', answer: fine }
  return {
    name: `${name} (${language})`,
    files: { ...filesOf(code, more), ...files },
    handler,
    first: { event: '"first"', answer: fine },
    steps: [
      { event: '"go"', answer: answer ?? fine, ...(timeout !== undefined && { timeout }) },
      slow,
      { event: '"last"', answer: fine },
    ],
    ...rest,
  }
}

/** The same in several languages with the same code. */
export function deeds(
  among: readonly (keyof typeof languages)[],
  name: string,
  code: string,
  options?: Deed,
): readonly Attack[] {
  return among.map((language) => deed(language, name, code, options))
}

function indented(code: string): string {
  return code.replace(/^/gm, '    ')
}
