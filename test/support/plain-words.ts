/** A turn of phrase that a reader has to read twice, and the way around it. */
export interface Riddle {
  readonly pattern: RegExp
  readonly instead: string
}

/** Tested on one sentence at a time, without code. */
export const riddles: readonly Riddle[] = [
  {
    pattern: /^(?:What|Who|Whoever|Whatever|Whose)\b[^?]*$/,
    instead: 'name the thing: "The bytes that …", not "What …"',
  },
  { pattern: /^Of (?:an?|the|several|what|two|those|which|it|its)\b/, instead: 'begin with subject and verb' },
  { pattern: /\bat the desk\b/, instead: 'locally' },
  { pattern: /\blet(?:s|ting)? go\b/, instead: 'stops waiting for, closes, kills' },
  { pattern: /\b(?:nobody's|somebody else's|anybody's)\b/, instead: 'name the owner: another program, another user' },
  { pattern: /\b(?:is|are) (?:its|theirs|ours)[.;,]/, instead: 'belongs to' },
  { pattern: /'s (?:affair|doing)\b|\bthe \w+'s matter\b/, instead: 'the plugin must …, the host doesn’t …' },
  { pattern: /\b(?:goes|go|went) along\b/, instead: 'is added, is shipped with' },
  { pattern: /\b(?:is|are|was|were) (?:over|settled)\b/, instead: 'has ended, is at rest (glossary)' },
  { pattern: /\bwhat (?:is over|still|comes|came|stands|lies)\b/, instead: 'name the thing' },
  { pattern: /\bunder way\b/, instead: 'running' },
]

/** The sentences of a text that hold a riddle, each with the way around it. */
export function riddlesIn(sentences: readonly string[]): readonly string[] {
  return sentences.flatMap((sentence) => {
    const bare = sentence.replaceAll(/`[^`]*`|\]\([^)]*\)|<!--.*?-->/g, 'x').replace(/^[\s|*\d.-]+|^@\w+ /, '')
    return riddles.filter(({ pattern }) => pattern.test(bare)).map(({ instead }) => `${sentence} (${instead})`)
  })
}

const commentLine = /^\s*(?:\/\*\*|\/\/|\*(?!\/))\s?(?<text>.*?)(?:\s*\*\/)?$/

/** The comments of a source, each as one text; a comment that stands behind code on its line is not read. */
export function commentsOf(source: string): readonly string[] {
  const comments: string[] = []
  let above = false
  for (const line of source.split('\n')) {
    const text = commentLine.exec(line)?.groups?.['text']?.trim()
    if (text === undefined) above = false
    else if (above && text !== '' && !/^(?:[-@*\d]|```)/.test(text) && !/^\s*\/\*\*/.test(line)) {
      comments.push(`${comments.pop() ?? ''} ${text}`.trim())
    } else comments.push(text)
    above = text !== undefined && text !== ''
  }
  return comments.filter((text) => text !== '')
}
