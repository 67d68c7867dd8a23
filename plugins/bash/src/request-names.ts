/** Patterns of the functions that read the request, and of commands that could load a file which calls them. */
const words = /\b(?:method|path|param|query|header|cookie|body|field|source|eval)\b|(?:^|[\s;&|({])\.\s/

/** True if a script may read the request. Other scripts get no such functions, and pay nothing for them. */
export function mentionsRequest(script: Uint8Array): boolean {
  return words.test(Buffer.from(script.buffer, script.byteOffset, script.byteLength).toString('latin1'))
}
