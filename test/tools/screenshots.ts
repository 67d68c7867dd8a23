import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

/**
 * Takes the pictures of the page of `anyhandler dev` for README and docs, in both themes: `node
 * test/tools/screenshots.ts`. It needs Debian's chromium and the built packages.
 */
const repository = join(import.meta.dirname, '../..')
const pictures = join(repository, 'docs/pictures')
const dev = spawn(
  process.execPath,
  [join(repository, 'cli/bin/anyhandler.js'), 'dev', join(repository, 'examples/links'), '--port', '3000'],
  { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env['PATH'], AWS_REGION: 'us-east-1' } },
)
await new Promise((resolve) => dev.stdout?.once('data', resolve))
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
try {
  mkdirSync(pictures, { recursive: true })
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 800 } })
    page.setDefaultTimeout(10_000)
    await page.goto('http://127.0.0.1:3000/_anyhandler/')
    const path = page.getByRole('textbox', { name: 'Path' })
    for (const [name, method, target, body] of [
      ['create', 'POST', '/links', '{"url": "https://example.com/a/long/way", "slug": "way"}'],
      ['follow', 'GET', '/nothing-here', ''],
      ['follow', 'GET', '/way', ''],
      ['list', 'GET', '/links', ''],
    ] as const) {
      await page.getByRole('combobox', { name: 'Method' }).selectOption(method)
      await page.getByRole('combobox', { name: 'Function' }).selectOption(name)
      await path.fill(target)
      await page.getByRole('textbox', { name: 'Body' }).fill(body)
      await page.getByRole('button', { name: 'Send', exact: true }).click()
      await page.getByText('Answer, as the client saw it').waitFor()
      await page.getByRole('article', { name: `${method} ${target}` }).waitFor()
    }
    await page.screenshot({ path: join(pictures, `dev-${colorScheme}.png`) })
    await page.close()
  }
} finally {
  await browser.close()
  dev.kill('SIGINT')
}
