export const hello = async () => ({ body: 'Hello World', statusCode: 200 })

export const echo_event = async (event) => event

export const wait_a_little = async () => {
  await new Promise((resolve) => setTimeout(resolve, 50))
  return 'waited'
}
