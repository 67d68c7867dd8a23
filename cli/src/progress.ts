const patienceMs = 1000

/** Shows on a terminal what takes longer than a second, in one line that goes away again. */
export async function during<Value>(label: string, work: () => Promise<Value>): Promise<Value> {
  const { stderr } = process
  if (!stderr.isTTY) return work()
  const started = Date.now()
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1000)
    stderr.write(`\r\u001B[K${label} … ${seconds} s`)
  }, patienceMs)
  try {
    return await work()
  } finally {
    clearInterval(timer)
    if (Date.now() - started >= patienceMs) stderr.write('\r\u001B[K')
  }
}
