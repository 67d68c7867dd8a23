import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../../core/src/config/config.ts'
import { taskFolder } from '../../support/task-folder.ts'

async function load(config: unknown): Promise<unknown> {
  const { file: _file, ...read } = await loadConfig(taskFolder({ 'anyhandler.config.json': JSON.stringify(config) }))
  return read
}

const whole = {
  routes: { 'GET /links': 'list', 'GET,POST /{slug}': 'follow', 'ANY /files/{path+}': 'files' },
  sources: [
    { from: 'sqs', queue: 'orders-*', run: 'worker' },
    { from: 's3', bucket: 'uploads', key: '*.jpg', run: 'thumbnails', unwrap: true },
    { from: '*', run: 'fallback' },
  ],
  handlers: {
    list: 'sql:list',
    worker: { run: 'worker.sh', each: { parallel: 4, onAllFailed: 'throw' } },
    order: { run: ['validate.sh', 'store.sql', 'notify.handler'], failOn: '500-599' },
  },
  routing: { event: 'untouched', basePath: ['/v1', '/v2'] },
  warmer: { key: 'warmer', value: true },
  failOn: [500, '502-504'],
  plugins: { python: { eager: false } },
}

describe('the keys of a function with several handlers', () => {
  it('gives back what they say', async () => {
    expect(await load(whole)).toMatchObject(whole)
  })

  it('reads sources that are written in short', async () => {
    expect(await load({ sources: { sqs: 'worker', '*': 'fallback' } })).toMatchObject({
      sources: [
        { from: 'sqs', run: 'worker' },
        { from: '*', run: 'fallback' },
      ],
    })
  })

  it('reads each: true as each with its defaults', async () => {
    expect(await load({ handlers: { worker: { run: 'a.sh', each: true } } })).toMatchObject({
      handlers: { worker: { run: 'a.sh', each: {} } },
    })
  })

  it.each<[unknown, string]>([
    [{ rotes: {} }, "rotes is not a known key (did you mean 'routes'?)"],
    [
      { routes: { '/links': 'list' } },
      "routes['/links'] is not a method and a path; write METHOD /path, such as GET /links/{slug}",
    ],
    [
      { routes: { 'GTE /links': 'list' } },
      "routes['GTE /links'] has the unknown method 'GTE' (did you mean 'GET'?); there are GET, HEAD,",
    ],
    [{ routes: { 'get /links': 'list' } }, "has the unknown method 'get' (did you mean 'GET'?)"],
    [{ routes: { 'GET,ANY /a': 'list' } }, 'names ANY beside other methods; write ANY alone'],
    [{ routes: { 'GET,GET /a': 'list' } }, 'names GET twice'],
    [{ routes: { 'GET /a?b=1': 'list' } }, 'has a query, a fragment or a control character in its path'],
    [{ routes: { 'GET /a%20b': 'list' } }, 'has an encoded character in its path; write the character itself'],
    [{ routes: { 'GET /a//b': 'list' } }, 'has two slashes in a row'],
    [{ routes: { 'GET /:slug': 'list' } }, "has ':slug' in its path; write {name} for one segment"],
    [{ routes: { 'GET /*': 'list' } }, "has '*' in its path; write {name} for one segment"],
    [{ routes: { 'GET /v{n}': 'list' } }, "has 'v{n}' in its path; a parameter is a whole segment"],
    [{ routes: { 'GET /{a+}/b': 'list' } }, 'continues after a parameter {name+}, which takes the rest'],
    [{ routes: { 'GET /{a}/{a}': 'list' } }, "has two parameters named 'a'"],
    [
      { routes: { 'GET /{a}/b': 'x', 'GET /{c}/b': 'y' } },
      "routes['GET /{a}/b'] and routes['GET /{c}/b'] are the same route",
    ],
    [
      { routes: { 'GET,POST /a': 'x', 'POST /a/': 'y' } },
      "routes['GET,POST /a'] and routes['POST /a/'] are the same route",
    ],
    [{ routes: { 'GET /a': { run: 'x' } } }, "routes['GET /a'] is a mapping; it must be a handler name"],
    [{ routes: ['a'] }, 'routes is a list; it must be a mapping of routes'],
    [{ sources: 'sqs' }, "sources is 'sqs'; it must be a list of sources, or a mapping"],
    [{ sources: [{ from: 'sqq', run: 'a' }] }, "sources.0.from is 'sqq'; it must be one of sqs, sns,"],
    [{ sources: [{ from: 'sqq', run: 'a' }] }, "(did you mean 'sqs'?)"],
    [{ sources: [{ from: 'sqs' }] }, 'sources.0.run is nothing; it must be a handler name'],
    [
      { sources: [{ from: 'sqs', queu: 'a', run: 'b' }] },
      "(did you mean 'queue'?): a source from 'sqs' has from, run, unwrap and queue",
    ],
    [
      { sources: [{ from: 'sqs', bucket: 'a', run: 'b' }] },
      "it must be left out: a source from 'sqs' has from, run, unwrap and queue",
    ],
    [{ sources: [{ from: 'sqs', queue: 5, run: 'b' }] }, 'sources.0.queue is 5; it must be a name, in which * stands'],
    [{ sources: { sqss: 'a' } }, 'sources.sqss is not a usable key; it must be one of sqs,'],
    [{ handlers: { a: { each: true } } }, 'handlers.a.run is nothing; it must be a handler name, or a list of them'],
    [{ handlers: { a: { run: [] } } }, 'it must be a handler name, or a list of them'],
    [
      { handlers: { a: { run: 'x', eech: true } } },
      "handlers.a.eech is not a known key (did you mean 'each'?); allowed are run, each and failOn",
    ],
    [{ handlers: { a: { run: 'x', each: false } } }, 'handlers.a.each is false; it must be true, or a mapping'],
    [
      { handlers: { a: { run: 'x', each: { parallel: 0 } } } },
      'handlers.a.each.parallel is 0; it must be a whole number from 1 to 1000',
    ],
    [
      { handlers: { a: { run: 'x', each: { paralel: 2 } } } },
      "handlers.a.each.paralel is not a known key (did you mean 'parallel'?)",
    ],
    [{ handlers: { a: { run: 'x', each: { onAllFailed: 'ignore' } } } }, "is 'ignore'; it must be throw or report"],
    [
      { handlers: { a: 5 } },
      'handlers.a is 5; it must be a handler name, or a mapping with the keys run, each and failOn',
    ],
    [{ failOn: '500-400' }, "failOn is '500-400'; it must be a status or a range of them"],
    [{ failOn: [] }, 'it must be a status or a range of them'],
    [{ failOn: 600 }, 'failOn is 600; it must be a status'],
    [{ warmer: true }, 'warmer is true; it must be a mapping with the keys key and value'],
    [{ warmer: { value: 1 } }, 'warmer.key is nothing; it must be the key of an event'],
    [{ warmer: { key: 'a', value: [] } }, 'warmer.value is a list; it must be text, a number, true, false or null'],
    [{ routing: { basePath: 'v1' } }, "routing.basePath is 'v1'; it must be a path such as /v1"],
    [{ routing: { events: 'untouched' } }, "routing.events is not a known key (did you mean 'event'?)"],
    [{ plugins: { python: { eager: 'no' } } }, "plugins.python.eager is 'no'; it must be true or false"],
  ])('refuses %j', async (config, sentence) => {
    await expect(load(config)).rejects.toThrow(sentence)
  })
})
