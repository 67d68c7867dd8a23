/** What `_LAMBDA_TELEMETRY_LOG_FD` got: the type and the text of each frame. */
export interface TelemetryFrame {
  /** Eight hexadecimal digits: `a55a0017`. */
  readonly type: string
  readonly text: string
}

const header = 16

export function readFrames(bytes: Buffer): readonly TelemetryFrame[] {
  const frames: TelemetryFrame[] = []
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32BE(at + 4)
    const start = at + header
    frames.push({ type: bytes.toString('hex', at, at + 4), text: bytes.toString('utf8', start, start + length) })
    at = start + length
  }
  return frames
}
