import { readFileSync } from 'node:fs'
import { version } from '@anyhandler/core/host'
import { expect, it } from 'vitest'

it.each(['core', 'cli', 'create-anyhandler', 'dev', 'plugins/bash', 'plugins/sql', 'plugins/python-subprocess'])(
  'the version that the host tells is that of the package %s',
  (folder) => {
    const { version: packaged } = JSON.parse(
      readFileSync(new URL(`../../${folder}/package.json`, import.meta.url), 'utf8'),
    ) as { version: string }
    expect(version).toBe(packaged)
  },
)
