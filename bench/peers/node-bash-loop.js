// As node-loop.js, with a bash behind two pipes. It forks each event's process ahead, which sources the script: what a
// script costs when nothing is checked and nothing is promised.
import { execFileSync, spawn } from 'node:child_process'
import { constants, mkdtempSync, openSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from './bare-socket.js'

const program = `
exec 10<"$1" 11>"$2"
printf . >&11
while :; do
  { read -r -u 10 event || kill "$$"; source "$3" "$event" >&11; } &
  wait "$!"
done
`
const folder = mkdtempSync(join(tmpdir(), 'anyhandler-bench-pipes-'))
const paths = ['in', 'out'].map((name) => join(folder, name))
execFileSync('mkfifo', paths)
// With both ends open, neither side waits for the other to open its own.
const [input, output] = paths.map((path) => openSync(path, constants.O_RDWR | constants.O_NONBLOCK))
const { LAMBDA_TASK_ROOT: root, _HANDLER: handler } = process.env
const child = spawn('bash', ['-c', program, 'bash', ...paths, join(root, `${handler}.sh`)], {
  stdio: ['ignore', 'inherit', 'inherit'],
})
const writer = new Socket({ fd: input, readable: false, writable: true })
let respond
function callback(size, buffer) {
  if (respond) {
    respond(buffer.latin1Slice(0, size))
    return true
  }
  // The first byte says that it is there: nobody needs the names of the pipes any more.
  rmSync(folder, { recursive: true })
  serve((event, answer) => {
    respond = answer
    writer.write(`${event}\n`, 'latin1')
  })
  return true
}
const reader = new Socket({
  fd: output,
  readable: true,
  writable: false,
  onread: { buffer: Buffer.alloc(65_536), callback },
})
process.on('SIGTERM', () => {
  child.kill('SIGKILL')
  reader.destroy()
  process.exit()
})
