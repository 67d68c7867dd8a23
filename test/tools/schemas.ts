/** `npm run schemas`: writes the JSON schemas for editors from the validators. */
import { writeFileSync } from 'node:fs'
import { schemaFiles } from '../support/schemas.ts'

for (const { file, text } of schemaFiles()) writeFileSync(file, text)
