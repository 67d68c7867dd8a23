import { describe } from 'vitest'
import type { WireFactory } from '../../../core/src/wire/wire.ts'
import { describeConnecting } from './contract/connecting.ts'
import { describeReading } from './contract/reading.ts'
import { describeRejecting } from './contract/rejecting.ts'
import { describeSending } from './contract/sending.ts'
import { describeStreaming } from './contract/streaming.ts'

/** What every implementation of the wire does, run against real servers. */
export function describeWire(name: string, open: WireFactory): void {
  describe(`the ${name} wire`, () => {
    describeSending(open)
    describeReading(open)
    describeConnecting(open)
    describeRejecting(open)
    describeStreaming(open)
  })
}
