import * as Sentry from '@sentry/aws-serverless'

Sentry.init({ dsn: process.env.DSN, tracesSampleRate: 0 })

export const handler = Sentry.wrapHandler(async (event) => {
  if (event.fail) throw new RangeError('for Sentry')
  return event
})
