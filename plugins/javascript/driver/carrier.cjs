/**
 * Runs several events at a time: a thread for each lane, in this process. "Several lanes in a process" in
 * docs/child-languages.md of anyhandler.
 */

const { closeSync, fstatSync, openSync } = require('node:fs')
const { spawn } = require('node:child_process')
const { Worker } = require('node:worker_threads')
const { connect } = require('./control.cjs')
const { openWriter, repairStandard, skipNewline } = require('./pipes.cjs')

/** How a shell makes pipes, and the most that a thread's heap may hold. */
const [pipesScript, heapMb] = process.argv.slice(2)
/**
 * How long the threads get to end when the host is gone. A little more than each takes for what its handler does at its
 * end.
 */
const endMs = 1_100
/** Descriptors of a lane: both ends of three pipes, those of its thread, and those that the shell needs meanwhile. */
const mostForLane = 20

const { control, load } = connect()
if (load === undefined) process.exit(0)
/** Empty for a lane whose pipes are still being made. */
const lanes = new Map()
let isLeaving = false
control.listen(receive, leave)
control.send('loaded')

function receive(kind, payload) {
  const request = JSON.parse(payload.utf8Slice())
  if (kind === 'open') void open(request)
  else if (kind === 'end') end(request.lane)
}

async function open({ lane, variables }) {
  const ends = []
  const keep = (fd) => {
    const kept = described(fd)
    ends.push(kept)
    return kept
  }
  lanes.set(lane, {})
  try {
    const readers = await makePipes(keep)
    if (!lanes.has(lane)) throw new Error('the host ended it before its pipes were made')
    const [input, out, output] = readers
    // Both ends of each are there before anybody reads: a pipe without a writer is at its end.
    const writers = readers.map(({ fd }) => keep(openWriter(fd)))
    control.send(
      'opened',
      JSON.stringify({ protocol: 2, lane, control: [input.fd, out.fd], outputs: { output: output.fd } }),
    )
    start(lane, { readers, writers, variables })
  } catch (error) {
    ends.forEach(close)
    lanes.delete(lane)
    if (isLeaving) leaveWithLast()
    else control.send('ended', JSON.stringify({ lane, problem: error.message }))
  }
}

function end(lane) {
  const { worker, letGo } = lanes.get(lane) ?? {}
  if (!worker) {
    lanes.delete(lane)
    return
  }
  // A thread that waits for its `load` can't be terminated: it sees the end of its pipe.
  letGo()
  void worker.terminate()
}

function start(lane, { readers, writers, variables }) {
  const [input, ...read] = readers
  const [fromHost, out, output] = writers
  const worker = new Worker(`${__dirname}/thread.cjs`, {
    workerData: { input: input.fd, out: out.fd, output: output.fd, variables },
    // Not to be copied to those of this process.
    stdout: true,
    stderr: true,
    ...(heapMb && { resourceLimits: { maxOldGenerationSizeMb: Number(heapMb) } }),
  })
  // From when the thread is connected, the host alone holds these ends, so that its own end shows.
  const letGo = () => [fromHost, ...read].forEach(close)
  lanes.set(lane, { worker, letGo })
  let isConnected = false
  let problem
  worker.on('message', (message) => {
    if (message === 'damaged') repairStandard(control.output)
    if (message !== 'connected') return
    isConnected = true
    letGo()
  })
  worker.on('error', (error) => {
    // The thread itself has told of what its handler throws.
    if (!isConnected || error?.code?.startsWith('ERR_WORKER')) problem = error.message
  })
  worker.once('exit', (exitCode) => {
    lanes.delete(lane)
    for (const end of [...readers, ...writers]) close(end)
    repairStandard(control.output)
    // A host that is gone reads nothing.
    if (isLeaving) leaveWithLast()
    else control.send('ended', JSON.stringify({ lane, exitCode, ...(problem && { problem }) }))
  })
}

/**
 * Checks that there are descriptors for another lane. If they end halfway, Node itself keeps some for ever: `spawn` the
 * ends of its pipes, a thread those of its loop.
 */
function checkRoom() {
  const free = []
  try {
    while (free.length < mostForLane) free.push(openSync('/dev/null'))
  } finally {
    for (const fd of free) closeSync(fd)
  }
}

/** Three pipes: Node can't make any, a shell can. @param keep gets each descriptor @returns their read ends */
async function makePipes(keep) {
  checkRoom()
  const script = [pipesScript, 'anyhandler-pipes', '/bin/sh', '-c', 'echo; read line']
  const shell = spawn('/bin/sh', ['-c', ...script], { stdio: ['pipe', 'pipe', 'ignore'] })
  return new Promise((resolve, reject) => {
    shell.once('error', reject)
    shell.once('exit', () => reject(new Error('/bin/sh made no pipes')))
    // There are no streams if another thread has taken the last descriptor: `error` says so.
    shell.stdout?.once('data', () => {
      try {
        const pipes = [5, 6, 7].map((fd) => keep(openSync(`/proc/${shell.pid}/fd/${fd}`)))
        for (const { fd } of pipes) skipNewline(fd)
        resolve(pipes)
      } catch (error) {
        reject(error)
      }
      shell.stdin.end()
    })
    shell.stdin?.on('error', () => {})
  })
}

function described(fd) {
  return { fd, inode: fstatSync(fd).ino }
}

/** A thread, or its handler, may have closed the descriptor, and another file may have its number. */
function close({ fd, inode }) {
  try {
    if (fstatSync(fd).ino === inode) closeSync(fd)
  } catch {
    // It is closed.
  }
}

/** The host has no more events, or is gone. So hear the threads, each by the end of its own pipe. */
function leave() {
  isLeaving = true
  for (const [lane, { letGo }] of lanes) {
    if (letGo) letGo()
    else lanes.delete(lane)
  }
  leaveWithLast()
  setTimeout(() => process.exit(0), endMs)
}

function leaveWithLast() {
  if (lanes.size === 0) process.exit(0)
}
