import { fileURLToPath } from 'node:url'
import { checkOptions } from '@anyhandler/core'
import { childPlugin } from '@anyhandler/core/child'

const driver = fileURLToPath(new URL('driver/driver.pl', import.meta.url))

/** @type {import('@anyhandler/core').PluginFactory<import('./index.d.ts').Options>} */
export default function plugin(options) {
  const { interpreter = 'perl' } = checkOptions('plugins.__LANGUAGE__.options', options, {
    interpreter: { type: 'string', allowed: 'the name or the path of a program, such as /usr/local/bin/perl' },
  })
  return childPlugin({
    name: '__LANGUAGE__',
    extensions: ['.__EXT__'],
    // Text that the handler prints goes to the log. An output with the value 'result' would be the answer.
    outputs: { stdout: 'log', stderr: 'log' },
    command: () => ({
      file: interpreter,
      args: [driver],
      cure: 'install Perl 5.14 or later, or set plugins.__LANGUAGE__.options.interpreter',
    }),
  })
}
