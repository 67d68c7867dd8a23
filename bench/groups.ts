import { join } from 'node:path'
import type { Launch } from './runtime-process.ts'

/** What a handler does: answer the same always, give the event back, or wait 50 ms. */
export type Work = 'hello' | 'echo' | 'wait'

/** A runtime that takes part in a group. */
export interface Runtime {
  readonly name: string
  /** How it is started; `undefined` when it can't do that work. */
  launch(work: Work, concurrency?: number): Launch | undefined
  /** Why it isn't there: it is named in the table all the same. */
  readonly missing?: string
  /** anyhandler's time for a warm event is to be at most so much of this one's. */
  readonly warmTarget?: number
  /** The same for an event every 10 ms. */
  readonly spacedTarget?: number
  /** It serves one event at a time whatever it is told. */
  readonly single?: boolean
}

/** A kind of handler, anyhandler's way of serving it, and the others'. */
export interface Group {
  readonly name: string
  readonly ours: Runtime
  readonly peers: Runtime[]
  /** The least that a runtime of this kind has to do; they take part where events come with pauses. */
  readonly bare: readonly Runtime[]
  /** Time from process start to first answer, in that of bare interpreters: at most so much. */
  readonly coldTarget?: number
  /** Python itself counts, too. */
  readonly withPython?: boolean
}

/** What there is to measure with. A path, or why it isn't there. */
export interface Tools {
  readonly anyhandler: readonly string[]
  readonly node: string
  /** The interpreter itself, not a wrapper of a version manager. */
  readonly python: string
  readonly awslambdaric: Found
  readonly awsLambdaRic: Found
  readonly goSh: Found
  readonly goSqlite: Found
  /** A folder in which `sh` is bash, as it is on Amazon Linux. */
  readonly bashAsSh: Found
}

export type Found = { readonly path: string } | { readonly missing: string }

/** `--peer sql=COMMAND`: a further runtime for a group. */
export interface FurtherPeer {
  readonly group: string
  readonly command: string
}

const handlers = join(import.meta.dirname, 'handlers')

const nativeClient = join(import.meta.dirname, '../test/plugins/javascript/differential/native-client.cjs')
/** Without them AWS's client for Node refuses each event. */
const lambdaVariables = {
  AWS_LAMBDA_FUNCTION_NAME: 'bench',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1769',
  AWS_LAMBDA_LOG_GROUP_NAME: 'bench',
  AWS_LAMBDA_LOG_STREAM_NAME: 'bench',
}

const inFile = { hello: 'hello', echo: 'echo', wait: 'sleep' } as const
const inFunction = { hello: 'app.hello', echo: 'app.echo_event', wait: 'app.wait_a_little' } as const

/** @throws Error when a further peer names no group */
export function groupsOf(tools: Tools, further: readonly FurtherPeer[]): readonly Group[] {
  const path = join(tools.python, '..')
  const ours = (folder: string, names: Readonly<Partial<Record<Work, string>>>): Runtime => ({
    name: 'anyhandler',
    launch: (work, concurrency = 1) => launched(tools.anyhandler, folder, names[work], { concurrency, path }),
  })
  const sh = (warmTarget: number): Runtime =>
    peer(
      'Go, `sh FILE` an event',
      tools.goSh,
      (program, work, concurrency) =>
        launched([program], 'bash', inFile[work], {
          concurrency,
          ...(work === 'echo' && { variables: { READS_EVENT: '1' } }),
        }),
      { warmTarget, spacedTarget: 0.6 },
    )
  const bashAsSh = peer(
    'the same, `sh` is bash',
    'missing' in tools.goSh ? tools.goSh : tools.bashAsSh,
    (folder, work, concurrency) => {
      const launch = sh(1).launch(work, concurrency)
      return launch && { ...launch, path: folder }
    },
  )
  const bare = (name: string, file: string, spacedTarget?: number, folder = 'python', handler = ''): Runtime => ({
    name,
    launch: () => launched([tools.node, join(import.meta.dirname, 'peers', file)], folder, handler, { path }),
    ...(spacedTarget !== undefined && { spacedTarget }),
  })
  const bareNode = bare('bare Node loop', 'node-loop.js')
  const groups: Group[] = [
    {
      name: 'sql',
      ours: ours('sql', { hello: 'hello', echo: 'echo' }),
      peers: [
        peer('Go, go-sqlite3', tools.goSqlite, (program, work, concurrency) =>
          launched([program], 'sql', work === 'wait' ? undefined : inFile[work], { concurrency }),
        ),
      ],
      bare: [bareNode, bare('bare Node loop, SQLite in a thread', 'node-sqlite-loop.cjs')],
      coldTarget: 2.8,
    },
    {
      name: 'bash script',
      ours: ours('bash', inFile),
      peers: [sh(0.6), bashAsSh],
      bare: [
        bareNode,
        bare('bare Node loop, a bash that forks ahead', 'node-bash-loop.js', undefined, 'bash', 'hello'),
      ],
      coldTarget: 1.6,
    },
    {
      name: 'bash function',
      ours: ours('bash', inFunction),
      peers: [sh(0.4), bashAsSh],
      bare: [bareNode],
      coldTarget: 1.6,
    },
    {
      name: 'python',
      ours: ours('python', inFunction),
      peers: [
        peer(
          'awslambdaric',
          tools.awslambdaric,
          (folder, work, concurrency) =>
            launched([tools.python, '-m', 'awslambdaric', inFunction[work]], 'python', inFunction[work], {
              concurrency,
              variables: { PYTHONPATH: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_python3.13' },
            }),
          { warmTarget: 1, spacedTarget: 1.3 },
        ),
      ],
      bare: [bareNode, bare('bare Node loop with a Python child', 'node-child-loop.js')],
      coldTarget: 1.5,
      withPython: true,
    },
    {
      name: 'javascript',
      ours: ours('node', inFunction),
      peers: [
        peer(
          'anyhandler, Python',
          { path: '' },
          (_, work, concurrency) => launched(tools.anyhandler, 'python', inFunction[work], { concurrency, path }),
          { warmTarget: 1.3, spacedTarget: 1.3 },
        ),
        peer(
          'aws-lambda-ric, its native part over `node:http`',
          tools.awsLambdaRic,
          (folder, work) =>
            launched(
              [tools.node, '--expose-gc', '--max-http-header-size=81920', '--require', nativeClient, folder],
              'node',
              inFunction[work],
              { variables: lambdaVariables },
            ),
          { single: true },
        ),
      ],
      bare: [bareNode],
    },
    {
      name: 'javascript plugin',
      ours: ours('javascript', { hello: inFunction.echo, echo: inFunction.echo, wait: inFunction.wait }),
      peers: [
        peer(
          'bare undici loop',
          { path: join(import.meta.dirname, 'peers/undici-loop.js') },
          (file, work) => (work === 'wait' ? undefined : launched([tools.node, file], 'javascript', inFunction.echo)),
          { warmTarget: 1.3, single: true },
        ),
      ],
      bare: [bare('bare Node loop', 'node-loop.js', 1.3), bare('HTTP client of the host alone', 'client-loop.js')],
    },
  ]
  for (const one of further) {
    const group = groups.find(({ name }) => name === one.group)
    if (!group)
      throw new Error(
        `--peer ${one.group}=…: there is no group '${one.group}'; there are ${groups.map(({ name }) => `'${name}'`).join(', ')}`,
      )
    group.peers.push(furtherPeer(one.command, group))
  }
  return groups
}

function peer(
  name: string,
  found: Found,
  toLaunch: (path: string, work: Work, concurrency: number) => Launch | undefined,
  more: Partial<Runtime> = {},
): Runtime {
  return {
    name,
    launch: (work, concurrency = 1) => ('path' in found ? toLaunch(found.path, work, concurrency) : undefined),
    ...('missing' in found && { missing: found.missing }),
    ...more,
  }
}

/** Named after its program; gets the handler's name without an extension, as a function on Lambda would have it. */
function furtherPeer(command: string, { ours, name }: Group): Runtime {
  const words = command.split(/\s+/)
  return {
    name: words[0]?.split('/').at(-1) ?? command,
    launch(work, concurrency) {
      const launch = ours.launch(work, concurrency)
      return launch && { ...launch, command: words }
    },
    single: true,
    ...(name === 'sql' && { warmTarget: 0.5, spacedTarget: 0.85 }),
  }
}

function launched(
  command: readonly string[],
  folder: string,
  handler: string | undefined,
  more: Partial<Launch> = {},
): Launch | undefined {
  return handler === undefined ? undefined : { command, taskRoot: join(handlers, folder), handler, ...more }
}
