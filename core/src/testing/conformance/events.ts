/** Events whose text careless code would change. All are JSON, and none may change on its way. */
export const sampleEvents: readonly string[] = [
  '{}',
  '{"quotes":"it\'s \\"quoted\\", `quoted` and \'quoted\'"}',
  '{"newlines":"one\\ntwo\\r\\nthree\\n"}',
  '{\n  "laid": "out",\n  "over": ["lines"]\n}\n',
  '{"nonAscii":"Zoë, Łódź, 日本語, 🎉, \u2028, \ufeff"}',
  '{"escaped":"\\u005a\\u006f\\u00eb \\ud83c\\udf89 \\\\ \\/ \\t \\u0001"}',
  '{"shell":"$HOME $(id) ${x} !! * ; & | < > %s \\\\n","sql":"; -- /* \' ? :a @b $c"}',
  '{"numbers":[0,-1,1.5,1e3,9007199254740991],"others":[true,false,null,[],{},""]}',
  '   {"spaces":"   around   "}   ',
]

/** One JSON object of exactly 6 MiB. Its text differs at every place, so that a lost or doubled part is noticed. */
export function sixMebibytes(): Buffer {
  const size = 6 * 1024 * 1024
  const event = Buffer.alloc(size, ' ')
  const head = '{"data":"'
  const tail = '"}'
  event.write(head)
  let at = head.length
  for (let count = 0; at < size - tail.length; count++)
    at += event.write(count.toString(36).padStart(6, '.'), at, size - tail.length - at, 'latin1')
  event.write(tail, size - tail.length)
  return event
}
