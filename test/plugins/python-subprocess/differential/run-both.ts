/**
 * Runs a case, given as JSON, with the host and with AWS's client, in the surroundings of this process, and writes both
 * outcomes.
 */
import type { Case } from '../case.ts'
import { runOurs } from '../serve.ts'
import { runReference } from './reference.ts'

const one = JSON.parse(process.argv[2]!) as Case
const [ours, theirs] = await Promise.all([runOurs(one), runReference(one)])
const texts = [ours, theirs].map(({ outcomes }) => outcomes.map((outcome) => outcome.text()))
process.stdout.write(JSON.stringify(texts))
