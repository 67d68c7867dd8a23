import awsLambdaFastify from '@fastify/aws-lambda'
import Fastify from 'fastify'

const app = Fastify()
app.get('/hello/:name', async ({ params }) => ({ hello: params.name }))
app.post('/orders', async ({ body }, reply) => reply.code(201).send(body))
export const handler = awsLambdaFastify(app)
await app.ready()
