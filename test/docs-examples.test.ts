import { describe, expect, it } from 'vitest'
import { blocks, runBlock } from './support/docs/blocks.ts'
import { notRun, scenes } from './support/docs/scenes.ts'

describe('the commands of the pages of docs', () => {
  it('are found', () => {
    expect(blocks.length).toBeGreaterThan(35)
  })

  it('have no scene, and no reason not to run, that nothing needs any more', () => {
    const used = blocks.flatMap(({ scene }) => scene ?? [])
    expect(scenes.filter((scene) => !used.includes(scene))).toEqual([])
    const commands = blocks.flatMap(({ steps }) => steps.map(({ command }) => command))
    expect(notRun.filter(([pattern]) => !commands.some((command) => pattern.test(command)))).toEqual([])
  })

  it.each(blocks.filter(({ fence }) => fence.page.startsWith('docs/')))('$title do what the page shows', runBlock)
})
