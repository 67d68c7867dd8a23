import { describe, expect, it } from 'vitest'
import { command } from '../support/runtime-process.ts'
import { attacks } from './cases/index.ts'
import { runAttack } from './run-attack.ts'
import { sandbox } from './sandbox.ts'

// `npm run attack` runs those too that take long, and says what this machine doesn't allow.
const place = sandbox()

describe.each(Object.entries(attacks))(
  'under attack, each event gets one right answer and the next finds a clean worker: %s',
  (_group, all) => {
    it.concurrent.each(all.filter(({ slow }) => !slow))('$name', { timeout: 130_000 }, async (attack) => {
      expect(await runAttack(attack, { sandbox: place, command })).toEqual([])
    })
  },
)
