import { fileURLToPath } from 'node:url'
import type { Attack, Step } from '../attack.ts'

const driver = fileURLToPath(new URL('../../core/child/lane/faulty-driver.py', import.meta.url))
const child = import.meta.resolve('@anyhandler/core/child')

const plugin = `import { childPlugin } from '${child}'
export default () => childPlugin({
  name: 'faulty', extensions: ['.faulty'], outputs: { stdout: 'log' }, readyMs: 1500,
  command: () => ({ file: 'python3', args: ['${driver}'] }),
})
`
const one: Step = { event: 'one', answer: /./ }
const next: Step = { event: 'two', answer: 'response two' }

/** A driver with one fault, which test/core/child/lane/faulty-driver.py has. */
const faulty = (fault: string, more: Partial<Attack>): Attack => ({
  name: `B20 a driver: ${fault}`,
  files: {
    'app.faulty': '',
    'anyhandler.config.json': '{"plugins":{"faulty":{"package":"anyhandler-plugin-faulty","extensions":[".faulty"]}}}',
    'node_modules/anyhandler-plugin-faulty/package.json':
      '{"name":"anyhandler-plugin-faulty","version":"1.0.0","type":"module","exports":"./index.js"}',
    'node_modules/anyhandler-plugin-faulty/index.js': plugin,
  },
  handler: 'app',
  env: { FAULT: fault },
  first: { event: 'first', answer: 'response first' },
  steps: [],
  ...more,
})

const refused = (fault: string, sentence: RegExp): Attack => faulty(fault, { initError: sentence })
const breaks = (fault: string, answer: RegExp): Attack => faulty(fault, { steps: [{ ...one, answer }, next, next] })

/** What drivers say (B3, B3b, B20). */
export const drivers: readonly Attack[] = [
  refused('silent', /Runtime\.DriverFailed .*did not say 'ready' within 1\.5 s/),
  refused('half-ready', /Runtime\.DriverFailed .*it had sent 6 of 600 bytes of 'ready'/),
  refused('closes', /Runtime\.DriverFailed .*closed its control descriptor/),
  refused('unknown-output', /Runtime\.DriverFailed .*stdlog/),
  refused('missing-output', /Runtime\.DriverFailed .*lacks the outputs stdout/),
  refused('wrong-type', /Runtime\.DriverFailed .*leash/),
  refused('control-unused', /Runtime\.DriverFailed .*announced pipes/),
  breaks('second-ready', /^error Runtime\.ExitError .*sent 'ready'/),
  breaks('chunk', /^error Runtime\.ExitError .*'chunk' without an earlier 'head'/),
  breaks('failed-text', /^error Runtime\.ExitError .*not a JSON object/),
  breaks('bad-head', /^error Function\.InvalidAnswer/),
  breaks('half-done', /^error Runtime\.ExitError .*6 of 600 bytes of 'done'/),
  breaks('done-twice', /^response one/),
  breaks('text', /^response one/),
  breaks('forks', /^response one/),
  breaks('never-idle', /^response one/),
  faulty('dies-idle', {
    first: { event: 'first', answer: 'response first', after: 500 },
    steps: [{ event: 'two', answer: 'response two', times: 5, after: 500 }],
    alone: 'the worker may have an event again when it dies',
  }),
]
