import { Hono } from 'hono'
import { handle, streamHandle } from 'hono/aws-lambda'
import { streamText } from 'hono/streaming'

const app = new Hono()
app.get('/hello/:name', (c) => c.json({ hello: c.req.param('name'), shout: c.req.query('shout') ?? null }))
app.post('/orders', async (c) => c.json(await c.req.json(), 201))
app.get('/fails', () => {
  throw new Error('on purpose')
})
app.get('/parts', (c) =>
  streamText(c, async (stream) => {
    for (const part of ['one ', 'two ', 'three']) await stream.write(part)
  }),
)

export const handler = handle(app)
export const streamed = streamHandle(app)
