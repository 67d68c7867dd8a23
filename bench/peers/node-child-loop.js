// As node-loop.js, with a Python child behind two pipes that answers each event: what two processes cost by themselves.
import { execFileSync, spawn } from 'node:child_process'
import { constants, mkdtempSync, openSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from './bare-socket.js'

const folder = mkdtempSync(join(tmpdir(), 'anyhandler-bench-pipes-'))
const [toChild, fromChild] = ['in', 'out'].map((name) => join(folder, name))
execFileSync('mkfifo', [toChild, fromChild])
// With both ends open, neither side waits for the other to open its own.
const [input, output] = [toChild, fromChild].map((path) => openSync(path, constants.O_RDWR | constants.O_NONBLOCK))
const child = spawn('python3', ['-c', program(), toChild, fromChild], { stdio: ['ignore', 'inherit', 'inherit'] })
child.on('spawn', () => {
  let respond
  const pipe = new Socket({
    fd: output,
    readable: true,
    writable: false,
    onread: {
      buffer: Buffer.alloc(65_536),
      callback(size, buffer) {
        // Its first byte says that it is there: nobody needs the names of the pipes any more.
        if (respond) respond(buffer.latin1Slice(0, size))
        else rmSync(folder, { recursive: true })
        if (!respond) begin()
        return true
      },
    },
  })
  const writer = new Socket({ fd: input, readable: false, writable: true })
  function begin() {
    serve((event, answer) => {
      respond = answer
      writer.write(event, 'latin1')
    })
  }
  process.on('SIGTERM', () => {
    child.kill('SIGKILL')
    pipe.destroy()
    process.exit()
  })
})

function program() {
  return `
import json, os, sys
source = os.open(sys.argv[1], os.O_RDONLY)
target = os.open(sys.argv[2], os.O_WRONLY)
os.write(target, b".")
while event := os.read(source, 65536):
    json.loads(event)
    os.write(target, json.dumps({"body": "Hello World", "statusCode": 200}).encode())
`
}
