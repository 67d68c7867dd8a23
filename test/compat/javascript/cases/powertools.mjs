import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch'
import { Router } from '@aws-lambda-powertools/event-handler/http'
import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'

const logger = new Logger({ serviceName: 'orders', sampleRateValue: 0 })
const metrics = new Metrics({ namespace: 'shop', serviceName: 'orders' })
const app = new Router()
app.get('/orders/:id', async ({ params }) => {
  logger.info('an order is read', { id: params.id })
  return { id: params.id }
})
const processor = new BatchProcessor(EventType.SQS)

export const handler = async (event, context) => {
  logger.addContext(context)
  metrics.addMetric('events', MetricUnit.Count, 1)
  try {
    if (event.Records) {
      const take = async ({ body }) => {
        if (body === 'bad') throw new Error('a bad record')
      }
      return await processPartialResponse(event, take, processor, { context, throwOnFullBatchFailure: false })
    }
    return await app.resolve(event, context)
  } catch (error) {
    logger.error('it failed', error)
    throw error
  } finally {
    metrics.publishStoredMetrics()
  }
}
