import { setTimeout } from 'node:timers/promises'

const handlers = {
  echo_event: ({ event }) => event,
  async wait_a_little({ event }) {
    await setTimeout(50)
    return event
  },
}

/** A plugin that does next to nothing: what is left is the host itself. */
export default () => ({
  name: 'javascript',
  extensions: ['.handler'],
  setup() {},
  invoke: (invocation) => handlers[invocation.handler.function](invocation),
  cleanup() {},
})
