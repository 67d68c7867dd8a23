import { readFile, realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import type { Exchange } from '../server/exchange.ts'
import { safeHeaders } from './safe-headers.ts'

/** The page's files: beside `dist/`, as beside `src/`. */
const folder = join(import.meta.dirname, '../../page')

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

/** @param path below the page's folder; the token of this start stands in its HTML */
export async function serveFile(exchange: Exchange, path: string, token: string): Promise<void> {
  const type = types[extname(path)]
  const file = join(folder, path)
  try {
    if (type === undefined || !(await realpath(file)).startsWith((await realpath(folder)) + sep))
      throw new Error('no file of the page')
    const bytes = await readFile(file)
    const body = path.endsWith('.html') ? bytes.toString().replaceAll('%TOKEN%', token) : bytes
    exchange.reply(200, [['content-type', type], ['cache-control', 'no-cache'], ...safeHeaders], body)
  } catch {
    exchange.json(404, { message: `there is no ${exchange.path}` }, safeHeaders)
  }
}
