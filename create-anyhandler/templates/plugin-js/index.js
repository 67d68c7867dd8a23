import { readFile } from 'node:fs/promises'
import { answer, checkOptions, HandlerError } from '@anyhandler/core'

/**
 * Handlers are text files. `{{name}}` is a value of the event, `{{event}}` the whole event, `{{context.requestId}}` a
 * value of its context. The text between `{{#name}}` and `{{/name}}` appears only if the value exists.
 *
 * @type {import('@anyhandler/core').PluginFactory<import('./index.d.ts').Options>}
 */
export default function plugin(options) {
  const { contentType = 'application/json' } = checkOptions('plugins.__LANGUAGE__.options', options, {
    contentType: { type: 'string', allowed: 'a content type, such as text/html' },
  })
  const texts = new Map()
  return {
    name: '__LANGUAGE__',
    extensions: ['.__EXT__'],
    // Runs before the first event, so that a broken handler fails here.
    async setup({ handlers }) {
      for (const { file } of handlers) texts.set(file, checked(file, await readFile(file, 'utf8')))
    },
    invoke({ event, handler, id, deadline, functionArn, traceId = '' }) {
      const text = Buffer.from(event).toString()
      const context = { requestId: id, deadlineMs: deadline, functionArn, traceId }
      const values = { ...JSON.parse(text), event: text, context }
      return answer({ body: filled(texts.get(handler.file), values, handler), contentType })
    },
    cleanup() {},
  }
}

const section = /\{\{#([\w.]+)\}\}([^]*?)\{\{\/\1\}\}/g

/** @throws HandlerError for a section without an end */
function checked(file, text) {
  const open = /\{\{#[\w.]+\}\}/.exec(text.replace(section, ''))
  if (!open) return text
  throw new HandlerError({ errorType: 'Template.OpenSection', message: `${file}: ${open[0]} has no end` })
}

function filled(text, values, { target }) {
  return text
    .replace(section, (_, path, inner) => (valueOf(path, values) ? inner : ''))
    .replace(/\{\{([\w.]+)\}\}/g, (_, path) => {
      const value = valueOf(path, values)
      if (value !== undefined) return typeof value === 'object' ? JSON.stringify(value) : String(value)
      throw new HandlerError({ errorType: 'Template.MissingValue', message: `${target}: the event has no '${path}'` })
    })
}

function valueOf(path, values) {
  return path.split('.').reduce((value, key) => (Object.hasOwn(Object(value), key) ? value[key] : undefined), values)
}
