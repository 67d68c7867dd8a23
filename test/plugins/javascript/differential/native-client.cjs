/**
 * In the place of the native part of AWS's client: the same three calls, over Node's own HTTP. Loaded before the
 * client.
 */
const http = require('node:http')
const Module = require('node:module')

const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':')
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
/** The native calls block until their answer is there: the next event is asked for behind them. */
let posted = Promise.resolve()

function send(method, path, body, headers) {
  return new Promise((resolve, reject) => {
    const request = http.request({ hostname, port, method, path: `/2018-06-01/runtime${path}`, agent, headers })
    request.on('error', reject).on('response', (response) => {
      const parts = []
      response.on('data', (part) => parts.push(part))
      response.on('end', () =>
        resolve({ bodyJson: Buffer.concat(parts).toString(), headers: decoded(response.headers) }),
      )
    })
    // As bytes: a text would have the header encoded as it is.
    request.end(body && Buffer.from(body))
  })
}

/** As the native client gives them: UTF-8, and none that is empty. */
function decoded(headers) {
  const entries = Object.entries(headers).filter(([, value]) => value !== '')
  return Object.fromEntries(entries.map(([name, value]) => [name, Buffer.from(value, 'latin1').toString()]))
}

function post(kind, id, body, headers = {}) {
  if (typeof body !== 'string') throw new TypeError('Wrong arguments')
  posted = posted.then(() =>
    send('POST', `/invocation/${id}/${kind}`, body, { 'Content-Type': 'application/json', ...headers }),
  )
}

Module._extensions['.node'] = ((load) => (module, file) => {
  if (!file.endsWith('/rapid-client.node')) return load(module, file)
  module.exports = {
    next: async () => {
      await posted
      return send('GET', '/invocation/next')
    },
    done: (id, body) => post('response', id, body),
    error: (id, body, cause) =>
      post('error', id, body, { 'Lambda-Runtime-Function-XRay-Error-Cause': Buffer.from(cause).toString('latin1') }),
  }
})(Module._extensions['.node'])
