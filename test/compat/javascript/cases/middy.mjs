import middy from '@middy/core'
import httpErrorHandler from '@middy/http-error-handler'
import httpJsonBodyParser from '@middy/http-json-body-parser'

export const handler = middy()
  .use(httpJsonBodyParser())
  .use(httpErrorHandler({ logger: false }))
  .handler(async ({ body }, context) => {
    if (!body.name) throw Object.assign(new Error('name is missing'), { statusCode: 422, expose: true })
    return { statusCode: 200, body: JSON.stringify({ hello: body.name, left: context.getRemainingTimeInMillis() > 0 }) }
  })
