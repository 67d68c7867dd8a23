// Architect's sandbox as a reader: lines of {"kind":…,"answer":BASE64} in, lines of
// {"malformed":…,"status":…,"body":BASE64} out. Argument: where it is installed.
const { createInterface } = require('node:readline')
const { join } = require('node:path')

const sources = join(process.argv[2], 'node_modules/@architect/sandbox/src/http/invoke-http')
const readers = Object.fromEntries(
  ['rest', 'http'].map((name) => [
    name,
    { validate: require(join(sources, name, '_res-validate.js')), format: require(join(sources, name, '_res-fmt.js')) },
  ]),
)

function read(kind, text) {
  const isVersion2 = kind === 'http' || kind === 'url'
  const { validate, format } = readers[isVersion2 ? 'http' : 'rest']
  const res = { headers: {}, setHeader: (name, value) => (res.headers[name] = value) }
  let result
  try {
    result = JSON.parse(text)
  } catch {
    // It gets results, not bytes: what is no JSON never comes so far.
    return { malformed: !isVersion2 }
  }
  if (result === null) return { malformed: !isVersion2 }
  const isHttpApi = kind !== 'rest'
  if (!validate({ res, result }, isHttpApi).valid) return { malformed: true }
  const body = format({ res, result }, isHttpApi) ?? ''
  return {
    malformed: false,
    status: res.statusCode,
    body: Buffer.from(Buffer.isBuffer(body) ? body : String(body)).toString('base64'),
  }
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const { kind, answer } = JSON.parse(line)
  let reply
  try {
    reply = read(kind, Buffer.from(answer, 'base64').toString())
  } catch (error) {
    reply = { malformed: true, why: String(error) }
  }
  process.stdout.write(`${JSON.stringify(reply)}\n`)
})
