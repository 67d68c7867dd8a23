/** Greets the person that the event names. */
export async function handler(event, context) {
  const { name = 'you' } = event
  console.log('greeting', name, 'in', context.awsRequestId)
  return { message: `Hello ${name}` }
}
