import { crc32 } from 'node:zlib'

/**
 * One message of AWS's event stream encoding (`application/vnd.amazon.eventstream`): total length, length of the
 * headers, checksum of both; headers; payload; checksum of all. Numbers are big-endian.
 */
export function eventMessage(type: string, contentType: string, payload: Uint8Array): Buffer {
  const headers = Buffer.concat([
    header(':event-type', type),
    header(':content-type', contentType),
    header(':message-type', 'event'),
  ])
  const message = Buffer.alloc(preludeBytes + headers.length + payload.length + checksumBytes)
  message.writeUInt32BE(message.length, 0)
  message.writeUInt32BE(headers.length, 4)
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8)
  message.set(headers, preludeBytes)
  message.set(payload, preludeBytes + headers.length)
  message.writeUInt32BE(crc32(message.subarray(0, -checksumBytes)), message.length - checksumBytes)
  return message
}

const preludeBytes = 12
const checksumBytes = 4
/** The type of a header whose value is a string. */
const stringType = 7

function header(name: string, value: string): Buffer {
  const [nameBytes, valueBytes] = [Buffer.from(name), Buffer.from(value)]
  const length = Buffer.alloc(2)
  length.writeUInt16BE(valueBytes.length)
  return Buffer.concat([Buffer.of(nameBytes.length), nameBytes, Buffer.of(stringType), length, valueBytes])
}
