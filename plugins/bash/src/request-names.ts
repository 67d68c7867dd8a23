/** The functions that read the request, or what could bring in a file that calls them. */
const words = /\b(?:method|path|param|query|header|cookie|body|field|source|eval)\b|(?:^|[\s;&|({])\.\s/

/** Whether a script may read the request: one that doesn't name it has no such functions, and pays for none. */
export function mentionsRequest(script: Uint8Array): boolean {
  return words.test(Buffer.from(script.buffer, script.byteOffset, script.byteLength).toString('latin1'))
}
