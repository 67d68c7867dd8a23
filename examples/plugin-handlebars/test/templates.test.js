import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import handlebars from '../index.js'

const folder = mkdtempSync(join(tmpdir(), 'handlebars-plugin-'))
after(() => rmSync(folder, { recursive: true }))

/** The output of a template for an event. */
async function render(files, event, options = {}) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const handler = { name: 'page', target: 'page', plugin: 'handlebars', file: join(folder, 'page.hbs') }
  const plugin = handlebars(options)
  await plugin.setup({ taskRoot: folder, handlers: [handler] })
  return plugin.invoke({ handler, event: Buffer.from(event), id: 'id-1' })
}

test('values are escaped, and partials are taken in', async () => {
  const files = { 'page.hbs': '{{> nav}}<p>{{name}}</p>', 'parts/nav.hbs': '<nav>{{@requestId}}</nav>' }
  const { body, contentType } = await render(files, '{"name":"<b>"}', { partials: 'parts' })
  assert.equal(body, '<nav>id-1</nav><p>&lt;b&gt;</p>')
  assert.equal(contentType, 'text/html; charset=utf-8')
})

test('a syntax error shows in setup, with the file', async () => {
  await assert.rejects(render({ 'page.hbs': '{{#if}' }, '{}'), {
    errorType: 'Handlebars.SyntaxError',
    message: /page\.hbs: Parse error on line 1/,
  })
})

test("what a template lacks is the handler's failure", async () => {
  await assert.rejects(render({ 'page.hbs': '{{> none}}' }, '{}'), {
    errorType: 'Handlebars.Error',
    message: /page\.hbs: The partial none could not be found/,
  })
})
