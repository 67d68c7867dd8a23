/** The `anyhandler` command from its sources: `node --conditions=source test/anyhandler.ts run`. */
import { main } from '../../cli/src/main.ts'

await main(process.argv.slice(2))
