import { test } from 'node:test'
import { conformance } from '@anyhandler/core/testing'
import ruby from '../index.js'
import handlers from './handlers/conformance.json' with { type: 'json' }

const taskRoot = new URL('./handlers/', import.meta.url)
const cases = conformance(ruby, handlers, { taskRoot, language: { functions: 'first-dot' } })

for (const { name, timeout, run } of cases) test(name, { timeout }, run)
