import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { conformance } from '@anyhandler/core/testing'
import plugin from '../index.js'

const folder = new URL('./handlers/', import.meta.url)
const handlers = JSON.parse(readFileSync(new URL('conformance.json', folder), 'utf8'))
const cases = conformance(plugin, handlers, { taskRoot: folder })

for (const { name, timeout, run } of cases) test(name, { timeout }, run)
