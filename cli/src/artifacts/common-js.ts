import { transform } from 'esbuild'
import { folderVariable } from './bundle-sources.ts'
import { expectNone } from './expect-none.ts'

/**
 * Turns a file of the split bundle into CommonJS, which esbuild itself can't split. `import.meta.url` means the
 * bundle's folder, wherever in it the file lies; chunks that are imported when they are needed are then required.
 *
 * @param path of the file, relative to the bundle's folder
 */
export async function toCommonJs(path: string, text: string, target: string): Promise<string> {
  const source = text.replaceAll(
    /\bimport\((?<chunk>"\.[^"]+\.cjs")\)/g,
    'Promise.resolve().then(()=>require($<chunk>))',
  )
  expectNone(source, /\bimport\s*\(\s*["'`]\.{1,2}\/[^)]*\)/, path)
  const { code } = await transform(source, {
    format: 'cjs',
    platform: 'node',
    target,
    minify: true,
    legalComments: 'none',
    define: { 'import.meta.url': '__bundleUrl', 'import.meta.dirname': '__dirname' },
  })
  expectNone(code, /\bimport\.meta\.(?:url|dirname)\b/, path)
  const up = '/..'.repeat(path.split('/').length - 1)
  const url = code.includes('__bundleUrl')
    ? `const __bundleUrl=require("node:url").pathToFileURL(${folderVariable}).href;`
    : ''
  const folder = url || code.includes(folderVariable) ? `const ${folderVariable}=__dirname+"${up}/";` : ''
  return `"use strict";${folder}${url}${code}`
}
