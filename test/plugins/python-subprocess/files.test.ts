import { describe, expect, test } from 'vitest'
import { rootOf } from './case.ts'
import { serve } from './serve.ts'

const answer = (root: string, handler: string, event: unknown = 1) =>
  serve({ root: rootOf(root), handler }, async ({ invoke }) => (await invoke(event)).json())

describe('a handler without a module name', () => {
  test.each(['my-script', 'my-script.py', 'my-script.handler', 'with space', 'report.v2', 'report.v2.py'])(
    'is found in its file: %s',
    async (handler) => {
      const file = `${handler.replace(/\.(py|handler)$/, '')}.py`
      expect(await answer('files', handler)).toEqual([file, 1])
    },
  )

  test('is called handler, else lambda_handler', async () => {
    expect(await answer('files', 'both')).toBe('handler')
    expect(await answer('files', 'lambda_style')).toBe('lambda_handler')
  })

  test('that has neither is refused', async () => {
    expect(await answer('files', 'neither')).toMatchObject({
      errorType: 'Runtime.HandlerNotFound',
      errorMessage: "Handler 'handler' or 'lambda_handler' missing on module 'neither'",
    })
  })
})

describe('a file named like a module of Python itself', () => {
  test.each(['queue.handler', 'json.handler', 'time.handler', 'logging.handler'])(
    'is the handler all the same: %s',
    async (handler) => {
      expect(await answer('files', handler)).toEqual([handler.replace('.handler', '.py'), 1])
    },
  )

  test('and its failure is reported all the same', async () => {
    expect(await answer('files', 'json.fails')).toMatchObject({
      errorType: 'ValueError',
      errorMessage: 'with a json.py beside it',
    })
  })

  test('in a folder named like one hides nothing of it', async () => {
    expect(await answer('files', 'sub/email/app.handler')).toEqual(['sub.email.app', 'email.message'])
  })
})

describe('a handler of the interpreter, behind the prefix python:', () => {
  test('is imported by its name', async () => {
    expect(await answer('loading', 'python:pkg.mod.handler')).toEqual([
      'pkg.mod',
      'pkg',
      'pkg.sibling',
      'pkg.deep.leaf',
    ])
    expect(await answer('files', 'python:operator.is_', null)).toBe(false)
  })

  test.each([
    [
      'python:nothing.like.this',
      'Runtime.ImportModuleError',
      "Unable to import module 'nothing.like': No module named 'nothing'",
    ],
    [
      'python:nodot',
      'Runtime.MalformedHandlerName',
      "Bad handler 'nodot': not enough values to unpack (expected 2, got 1)",
    ],
    ['python:sys.exit', 'Runtime.BuiltInModuleConflict', 'Cannot use built-in module sys as a handler module'],
    ['python:operator.nothing', 'Runtime.HandlerNotFound', "Handler 'nothing' missing on module 'operator'"],
  ])('%s is refused as %s', async (handler, errorType, errorMessage) => {
    expect(await answer('files', handler)).toMatchObject({ errorType, errorMessage })
  })
})
