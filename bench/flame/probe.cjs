// Loaded into a host before its program: SIGUSR2 begins a CPU profile, the next one ends it.
const { Session } = require('node:inspector')
const { writeFileSync } = require('node:fs')

const session = new Session()
session.connect()
let running = false
process.on('SIGUSR2', () => {
  if (!running) {
    running = true
    session.post('Profiler.enable')
    session.post('Profiler.setSamplingInterval', { interval: 50 })
    session.post('Profiler.start')
    return
  }
  session.post('Profiler.stop', (_error, { profile }) => {
    writeFileSync(process.env.FLAME_PROFILE, JSON.stringify(profile))
  })
})
