import { fileURLToPath } from 'node:url'
import { checkOptions } from '@anyhandler/core'
import { childPlugin } from '@anyhandler/core/child'

const driver = fileURLToPath(new URL('driver/driver.rb', import.meta.url))

/**
 * Ruby handlers, written as for AWS's own runtime: `def handler(event:, context:)`.
 *
 * @type {import('@anyhandler/core').PluginFactory<{ interpreter?: string }>}
 */
export default function ruby(options) {
  const { interpreter = 'ruby' } = checkOptions('plugins.ruby.options', options, {
    interpreter: { type: 'string', allowed: 'the name or the path of a Ruby, such as ruby3.2' },
  })
  return childPlugin({
    name: 'ruby',
    extensions: ['.rb'],
    // The client gets the handler's own answer, as on AWS; the host doesn't adapt it to the front door.
    http: 'never',
    outputs: { stdout: 'log', stderr: 'log' },
    command: () => ({
      file: interpreter,
      args: [driver],
      cure: 'install Ruby 3.1 or later, or set plugins.ruby.options.interpreter',
    }),
  })
}
