/** The Node side of anyhandler: runs handlers as AWS's own runtime does. No dependencies. */

const { connect, readFields } = require('./control.cjs')
const { repairStandard } = require('./pipes.cjs')
const { serve } = require('./serve.cjs')
const { eventVariables } = require('./variables.cjs')

const { control, load } = connect()
if (load === undefined) process.exit(0)
const options = readFields(load)
serve({
  control,
  options,
  beginVariables: eventVariables({ withMark: options.keepProcesses !== '1' }),
  repair: () => repairStandard(control.output),
  printsCrashes: true,
})
