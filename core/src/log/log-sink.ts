import { fstatSync } from 'node:fs'
import type { Level } from '../contract.ts'
import { DescriptorSink, writeWithin } from './descriptor-sink.ts'
import type { Encode } from './descriptor-sink.ts'
import type { HostEnv } from '../env/env.ts'
import type { LogSink } from './log.ts'
import type { LogFormat } from './record.ts'
import { LogSocket } from './log-socket.ts'

/**
 * The destination of records on Lambda: the socket of Managed Instances, the telemetry descriptor, or a plain
 * descriptor.
 */
export function openLogSink(env: HostEnv, fallback: number): LogSink {
  if (env.telemetrySocket !== undefined) return new LogSocket(env.telemetrySocket, new DescriptorSink(fallback))
  if (env.telemetryFd !== undefined && isOpen(env.telemetryFd))
    return new DescriptorSink(env.telemetryFd, { encode: telemetryFrame, framed: true })
  return new DescriptorSink(fallback)
}

/** Level bits of a telemetry frame's type. */
const levelMasks: Readonly<Record<Level, number>> = {
  TRACE: 0x04,
  DEBUG: 0x08,
  INFO: 0x0c,
  WARN: 0x10,
  ERROR: 0x14,
  FATAL: 0x18,
}
const frameTypes: Readonly<Record<LogFormat, number>> = { text: 0xa55a_0003, json: 0xa55a_0002 }
const frameHeader = 16

/**
 * Frames of `_LAMBDA_TELEMETRY_LOG_FD`, as AWS's Node client writes them: type and length as 32 bits, microseconds
 * since the epoch as 64, big-endian, then the record. One write for each frame; the platform needs no newline between
 * them.
 */
const telemetryFrame: Encode = (record, level, format) => {
  const frame = Buffer.allocUnsafe(frameHeader + record.length - 1)
  frame.writeUInt32BE((frameTypes[format] | (level ? levelMasks[level] : 0)) >>> 0, 0)
  frame.writeUInt32BE(record.length - 1, 4)
  frame.writeBigInt64BE(BigInt(Date.now()) * 1000n, 8)
  frame.set(record.subarray(0, -1), frameHeader)
  return frame
}

function isOpen(fd: number): boolean {
  try {
    fstatSync(fd)
    return true
  } catch {
    return false
  }
}

/** Writes all bytes, also to a descriptor that another program made non-blocking. */
export function writeFully(fd: number, bytes: Uint8Array): void {
  writeWithin(fd, bytes, Infinity)
}

/** Locally the lines of one record, which carriage returns join for CloudWatch, are shown as separate lines. */
export function localSink(fd: number): LogSink {
  return {
    write: (record) =>
      writeFully(fd, Buffer.from(Buffer.from(record).toString('latin1').replaceAll('\r', '\n    '), 'latin1')),
  }
}
