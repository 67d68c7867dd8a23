import { membersOf } from './json-text.ts'

/** The members of `dynamodb` with typed attributes. */
const images: readonly string[] = ['Keys', 'NewImage', 'OldImage']
const { rawJSON: rawJson } = JSON as unknown as { rawJSON(text: string): unknown }

/**
 * A record of a DynamoDB stream whose attributes are plain JSON: `{"n":{"N":"1"}}` becomes `{"n":1}`. Numbers keep all
 * of their digits, sets become lists, binary values stay base64. Everything else stays byte for byte.
 *
 * @throws JsonTextError, SyntaxError
 */
export function plainAttributes(record: Buffer): Uint8Array {
  const change = membersOf(record, 0).members.get('dynamodb')
  if (!change) return record
  const { members } = membersOf(record, change.start)
  const parts: Uint8Array[] = []
  let copied = 0
  const found = images.map((name) => members.get(name)).filter((span) => span !== undefined)
  for (const { start, end } of found.toSorted((one, other) => one.start - other.start)) {
    const attributes = JSON.parse(record.toString('utf8', start, end)) as Readonly<Record<string, unknown>> | null
    if (attributes === null) continue
    parts.push(record.subarray(copied, start), Buffer.from(JSON.stringify(plainMap(attributes))))
    copied = end
  }
  parts.push(record.subarray(copied))
  return Buffer.concat(parts)
}

function plainMap(attributes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  // Attributes may have any name, `__proto__` too.
  const plain = Object.create(null) as Record<string, unknown>
  for (const [name, value] of Object.entries(attributes)) plain[name] = plainValue(value)
  return plain
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_AttributeValue.html */
function plainValue(attribute: unknown): unknown {
  const [[type, value] = []] = Object.entries(attribute as object)
  switch (type) {
    case 'N':
      return plainNumber(value as string)
    case 'NS':
      return (value as readonly string[]).map(plainNumber)
    case 'NULL':
      return null
    case 'L':
      return (value as readonly unknown[]).map(plainValue)
    case 'M':
      return plainMap(value as Readonly<Record<string, unknown>>)
    default:
      return value
  }
}

/** DynamoDB's numbers have up to 38 digits, more than a double. */
function plainNumber(digits: string): unknown {
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(digits) ? rawJson(digits) : digits
}
