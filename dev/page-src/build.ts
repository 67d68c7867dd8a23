import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'

// Makes the page's files in dev/page/ from the sources in this folder. The files are complete: the page loads nothing
// from other hosts.
const sources = import.meta.dirname
const page = join(sources, '../page')

await build({
  entryPoints: [join(sources, 'main.tsx'), join(sources, 'main.css')],
  outdir: page,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2023',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'none',
})
for (const name of ['index.html', 'icon.svg']) await copyFile(join(sources, name), join(page, name))
