import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { answer, checkOptions, HandlerError } from '@anyhandler/core'
import Handlebars from 'handlebars'

/**
 * Handlebars templates as handlers: the event's keys are their values, `@event` is the event's text, and `@requestId`
 * and others are its context.
 *
 * @type {import('@anyhandler/core').PluginFactory<{ contentType?: string, partials?: string }>}
 */
export default function handlebars(options) {
  const { contentType = 'text/html; charset=utf-8', partials } = checkOptions('plugins.handlebars.options', options, {
    contentType: { type: 'string', allowed: 'a content type, such as text/plain' },
    partials: { type: 'string', allowed: 'a folder of templates that others use' },
  })
  const engine = Handlebars.create()
  engine.registerHelper('raise', (message) => {
    throw new HandlerError({ errorType: 'Handlebars.Raised', message: String(message) })
  })
  const templates = new Map()
  return {
    name: 'handlebars',
    extensions: ['.hbs'],
    // Behind every front door a page is the body of a response with status 200.
    http: 'shape',
    async setup({ taskRoot, handlers }) {
      if (partials !== undefined) await registerPartials(engine, join(taskRoot, partials))
      for (const { file } of handlers) templates.set(file, await load(engine, file))
    },
    invoke({ event, handler, id, deadline, functionArn, traceId }) {
      const text = Buffer.from(event).toString()
      const data = { event: text, requestId: id, deadlineMs: deadline, functionArn, traceId }
      const render = templates.get(handler.file)
      return answer({
        body: failing(handler.file, 'Handlebars.Error', () => render(JSON.parse(text), { data })),
        contentType,
      })
    },
    cleanup() {},
  }
}

/** `partials/nav.hbs` is `{{> nav}}`. */
async function registerPartials(engine, folder) {
  for (const name of await readdir(folder)) {
    if (name.endsWith('.hbs')) engine.registerPartial(name.slice(0, -4), await load(engine, join(folder, name)))
  }
}

/** Handlebars compiles a template at its first use; this reports a syntax error before the first event. */
async function load(engine, file) {
  const text = await readFile(file, 'utf8')
  return failing(file, 'Handlebars.SyntaxError', () => {
    engine.precompile(text)
    return engine.compile(text)
  })
}

/** An exception of Handlebars itself is a fault of the template, not of the plugin. */
function failing(file, errorType, work) {
  try {
    return work()
  } catch (error) {
    if (HandlerError.is(error)) throw error
    throw new HandlerError({ errorType, message: `${file}: ${error.message}` })
  }
}
