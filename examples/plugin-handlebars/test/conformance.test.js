import { test } from 'node:test'
import { conformance } from '@anyhandler/core/testing'
import handlebars from '../index.js'
import handlers from './handlers/conformance.json' with { type: 'json' }

const cases = conformance(handlebars, handlers, { taskRoot: new URL('./handlers/', import.meta.url) })

for (const { name, timeout, run } of cases) test(name, { timeout }, run)
