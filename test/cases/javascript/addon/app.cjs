/** Native code in a handler's process. The test builds `addon.node`. */
const { setTimeout: sleep } = require('node:timers/promises')
const { threadId } = require('node:worker_threads')
const { block, crash } = require('./addon.node')

let events = 0
const WAYS = { crash, block: ({ ms }) => block(ms), wait: ({ ms }) => sleep(ms) }

exports.handler = async ({ way, ...rest }) => {
  events += 1
  await WAYS[way](rest)
  return { pid: process.pid, threadId, events }
}
