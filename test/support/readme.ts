import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname } from 'node:path'
import { ask } from './ask.ts'

export interface ServedAsReadme {
  /** What `curl` gets, and what the README says that it gets. */
  readonly answer: string
  readonly wanted: string
  /** Status of the page. */
  readonly page: number
  /** From the start of the command to the page, in milliseconds. */
  readonly ms: number
}

/**
 * Does what the README says of `anyhandler dev`, in a folder in which it is installed and in which the handler is.
 * @throws Error when the README doesn't say it
 */
export async function serveAsReadme(cwd: string, readme: string): Promise<ServedAsReadme> {
  const { command, url, wanted } =
    /\$ npx (?<command>anyhandler dev)\n\$ curl (?<url>http:\S+)\n(?<wanted>.*)\n/.exec(readme)?.groups ?? {}
  if (command === undefined || url === undefined || wanted === undefined)
    throw new Error('the README does not say how to serve')
  const since = performance.now()
  const env = {
    ...process.env,
    PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
    AWS_REGION: 'eu-central-1',
  }
  const child = spawn('npx', [...command.split(' '), '--port', '0'], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  try {
    let said = ''
    await new Promise<void>((resolve, reject) => {
      child.once('exit', () => reject(new Error(`the command ended: ${said}`)))
      child.stdout.on('data', (bytes: Buffer) => {
        said += bytes.toString()
        if (said.includes('/_anyhandler/')) resolve()
      })
    })
    const address = /http:\/\/(?<address>[\d.:]+)\//.exec(said)?.groups?.['address'] ?? ''
    const { body } = await ask(url.replace('127.0.0.1:3000', address))
    const { status } = await ask(`http://${address}/_anyhandler/`)
    return { answer: body.toString(), wanted, page: status, ms: performance.now() - since }
  } finally {
    process.kill(-(child.pid as number), 'SIGINT')
    await once(child, 'exit')
  }
}
