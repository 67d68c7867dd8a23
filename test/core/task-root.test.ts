import { isInside } from '@anyhandler/core'
import { expect, it } from 'vitest'

it.each<[string, string, boolean]>([
  ['/task/a', '/task', true],
  ['/task/a/b', '/task', true],
  ['/task', '/task', true],
  ['/task/..a', '/task', true],
  ['/task2', '/task', false],
  ['/', '/task', false],
  ['/tas', '/task', false],
  ['/a', '/', true],
  ['/', '/', true],
])('%s in %s: %s', (path, folder, inside) => {
  expect(isInside({ path, folder })).toBe(inside)
})
