/** The cases by the keys of `handlers`, each with a sentence that is true for every language. */
export const caseNames = {
  echo: 'answers one event after another, with quotes, newlines and non-ASCII',
  fail: 'reports a failing handler and answers the next event',
  hang: 'lets a hanging handler go at the deadline, with no process left, and answers the next event',
  exit: 'reports a handler that ends its own process, and answers the next event',
  kill: 'survives a handler that kills its own process',
  background: 'ends a background process that a handler left behind, and keeps its output out of later answers',
  fork: 'takes no answer from a copy of the process that got the event',
  large: 'takes an event of 6 MB and gives it back',
  bytes: 'passes NUL bytes and invalid UTF-8 on in the result',
  debug: 'keeps debug output out of the result and writes it to the log under the request id',
  descriptors: 'lets a handler open /dev/stdin, /dev/stdout and /dev/stderr by name',
  context: 'gives each event its own request id, deadline, ARN and trace id',
  stream: 'passes on the parts of a stream as they come, and says that one broke',
  concurrency: 'answers four events at once without crossing them',
  growth: 'answers hundreds of events without more processes, threads, descriptors or memory than before',
  missing: 'says at the start that a handler is not in its file',
  failedSetup: 'cleans up after a failed setup, also a second time',
  cleanup: 'cleans up, also a second time',
} as const

export type CaseKey = keyof typeof caseNames
