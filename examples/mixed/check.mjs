// The first step of POST /notes: its answer is the event of store.sql.

const limit = 1_000

export const handler = async ({ body, isBase64Encoded }) => {
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString() : body
  const note = parse(text ?? '')
  if (typeof note?.text !== 'string' || note.text.trim() === '') return { fault: 'text must be a text' }
  const segments = [...new Intl.Segmenter().segment(note.text)]
  if (segments.length > limit) return { fault: `text has ${segments.length} characters; ${limit} are allowed` }
  return { text: note.text.normalize('NFC').trim() }
}

function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
