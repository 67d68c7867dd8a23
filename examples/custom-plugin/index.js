import { fileURLToPath } from 'node:url'
import { checkOptions } from '@anyhandler/core'
import { childPlugin } from '@anyhandler/core/child'

const driver = fileURLToPath(new URL('driver/driver.pl', import.meta.url))

/**
 * Perl handlers: `hello.pl` defines `sub handler { my ($event, $context) = @_; … }`, and `app.other` calls `sub other`
 * of app.pl.
 *
 * @type {import('@anyhandler/core').PluginFactory<{ interpreter?: string }>}
 */
export default function perl(options) {
  const { interpreter = 'perl' } = checkOptions('plugins.perl.options', options, {
    interpreter: { type: 'string', allowed: 'the name or the path of a Perl, such as /usr/local/bin/perl' },
  })
  return childPlugin({
    name: 'perl',
    extensions: ['.pl'],
    outputs: { stdout: 'log', stderr: 'log' },
    command: () => ({
      file: interpreter,
      args: [driver],
      cure: 'install Perl 5.14 or later, or set plugins.perl.options.interpreter',
    }),
  })
}
