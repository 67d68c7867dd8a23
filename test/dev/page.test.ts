import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axe from 'axe-core'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

const repository = join(import.meta.dirname, '../..')
const handlers = {
  'hello.sh': 'echo started >&2; until [[ -e seen ]]; do sleep 0.01; done; echo finished >&2; echo old\n',
  'html.sql': `SELECT '<h1>A title</h1><script>top.document.title = "taken"</script>' body, 200 statusCode, json_object('content-type', 'text/html') headers;\n`,
  'object.py': 'def handler(event, context):\n    return {"statusCode": 200, "body": {"no": "text"}}\n',
}

/** Of what comes by itself, on a busy machine. */
const patience = { timeout: 20_000 }

/** The page in Debian's Chromium, before the real command: what a person does, and what the page shows. */
describe('the page of anyhandler dev', () => {
  const folder = mkdtempSync(join(tmpdir(), 'anyhandler-page-'))
  let dev: ChildProcess
  let address = ''
  let browser: Browser
  let page: Page
  const asked: string[] = []
  const faults: string[] = []

  beforeAll(async () => {
    for (const [name, text] of Object.entries(handlers)) writeFileSync(join(folder, name), text)
    dev = spawn(
      process.execPath,
      [join(repository, 'cli/bin/anyhandler.js'), 'dev', folder, '--port', '0', '--as', 'rest'],
      {
        env: { PATH: process.env['PATH'], AWS_REGION: 'us-east-1' },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    address = await new Promise<string>((resolve, reject) => {
      let text = ''
      dev.stdout?.on('data', (chunk: Buffer) => {
        text += String(chunk)
        const url = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0]
        if (url !== undefined && text.includes('_anyhandler')) resolve(url)
      })
      dev.on('exit', () => reject(new Error(`anyhandler dev ended: ${text}`)))
    })
    browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox', '--disable-gpu'] })
  })
  afterAll(async () => {
    await browser?.close()
    if (dev.kill('SIGINT')) await once(dev, 'exit')
    rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1300, height: 900 } })
    page.setDefaultTimeout(patience.timeout)
    page.on('request', (request) => asked.push(request.url()))
    page.on('pageerror', (error) => faults.push(String(error)))
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
    await page.goto(`${address}/_anyhandler/`)
    await page.getByRole('status').getByText('live').waitFor()
  })
  afterEach(async () => {
    await page.close()
    const found = faults.splice(0)
    if (found.length > 0) throw new Error(`the page reports: ${found.join('; ')}`)
  })

  const path = () => page.getByRole('textbox', { name: 'Path' })
  const answer = () => page.locator('details', { hasText: 'as the client saw it' })
  const send = async (target: string): Promise<void> => {
    await path().fill(target)
    await page.keyboard.press('Control+Enter')
  }

  it('sends a request, shows its log as it comes, and then the answer', async () => {
    rmSync(join(folder, 'seen'), { force: true })
    await send('/hello/')
    await page.getByRole('log').getByText('started').waitFor()
    expect(await page.getByRole('log').getByText('finished').count()).toBe(0)
    expect(await page.getByRole('article').getByText('runs', { exact: true }).count()).toBe(1)
    // The handler goes on.
    writeFileSync(join(folder, 'seen'), '')
    await answer().getByText('old').waitFor()
    expect(await page.getByRole('log').textContent()).toMatch(/started[^]*finished/)
    expect(await page.locator('figure.time').textContent()).toContain('handler')
  })

  it('shows the new answer once the handler is saved', async () => {
    writeFileSync(join(folder, 'hello.sh'), 'echo new\n')
    await expect
      .poll(async () => {
        await send('/hello/')
        await answer()
          .getByText(/old|new/)
          .waitFor()
        return answer().textContent()
      }, patience)
      .toContain('new')
  })

  it('explains a 502', async () => {
    await send('/object/')
    await answer().getByText('as the client saw it: 502').waitFor()
    expect(await page.getByRole('list', { name: 'Findings' }).textContent()).toMatch(/error:.*body/)
  })

  it('sends an event that began as a sample, asynchronously', async () => {
    await page.getByRole('radio', { name: 'Event' }).check()
    await page.locator('#first-field').selectOption('hello')
    await page.getByRole('combobox', { name: 'Invocation' }).selectOption('Event')
    await page.getByLabel('Start from a sample').selectOption('sqs')
    await expect.poll(() => page.getByRole('textbox', { name: 'Event' }).inputValue(), patience).toContain('Records')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByRole('article').getByText('ok', { exact: true }).waitFor()
    await page.getByText('Event, as the handler got it').waitFor()
    expect(await page.getByRole('article').textContent()).toContain('Records')
    await page.getByRole('button', { name: 'Save as a case' }).click()
    await page.getByText(/^Saved in hello\.case\.yaml: hello at /).waitFor()
    expect(readFileSync(join(folder, 'hello.case.yaml'), 'utf8')).toMatch(/event:\n +Records:/)
  })

  it('says in the form what is wrong with it', async () => {
    await page.getByRole('radio', { name: 'Event' }).check()
    await page.locator('#first-field').selectOption('hello')
    await page.getByRole('textbox', { name: 'Event' }).fill('{')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    expect(await page.getByRole('alert').textContent()).toContain('The event is no JSON')
  })

  it("shows a handler's HTML as text, and as a page without any right", async () => {
    await send('/html/')
    await answer().getByText('<h1>A title</h1>').waitFor()
    await page.getByRole('button', { name: 'Show the page' }).click()
    const frame = page.frameLocator('iframe')
    await frame.getByRole('heading', { name: 'A title' }).waitFor()
    expect(await page.locator('iframe').getAttribute('sandbox')).toBe('')
    expect(await page.title()).toBe('anyhandler')
    // Chromium reports the script that it did not run.
    expect(faults.splice(0).join()).toMatch(/script/i)
  })

  it('is used by the keyboard alone', async () => {
    await page.locator('.list li').nth(1).waitFor()
    const opened = () => page.evaluate('location.hash')
    await page.keyboard.press('j')
    const newest = await opened()
    await page.keyboard.press('j')
    expect(await opened()).not.toBe(newest)
    await page.keyboard.press('k')
    expect(await opened()).toBe(newest)
    await page.getByRole('article').waitFor()
    const rows = await page.locator('.list li').count()
    await page.keyboard.press('r')
    await expect.poll(() => page.locator('.list li').count(), patience).toBe(rows + 1)
    await page.keyboard.press('n')
    expect(await page.locator('#first-field:focus').count()).toBe(1)
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await page.getByRole('dialog').getByText('the next invocation').waitFor()
  })

  it.each([
    ['light', 1300],
    ['dark', 1300],
    ['dark', 400],
  ] as const)('has no serious fault of accessibility in %s at %i pixels', async (colorScheme, width) => {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height: 850 })
    await send('/object/')
    await page.getByRole('list', { name: 'Findings' }).waitFor()
    await page.evaluate(axe.source)
    const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run())
    expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
  })

  it('is smaller than 100 KB, and asks nobody else for anything', () => {
    const built = join(repository, 'dev/page')
    const bytes = readdirSync(built).reduce((sum, name) => sum + statSync(join(built, name)).size, 0)
    expect(bytes).toBeLessThan(100_000)
    expect(asked.length).toBeGreaterThan(20)
    expect(asked.filter((url) => !url.startsWith(`${address}/`) && !url.startsWith('about:'))).toEqual([])
  })
})

/** Playwright wants a path, not a name. */
function chromiumPath(): string {
  const paths = (process.env['PATH'] ?? '').split(':').map((folder) => join(folder, 'chromium'))
  const path = paths.find((one) => existsSync(one))
  if (path === undefined) throw new Error("chromium is missing; .ci/run installs Debian's package")
  return path
}
