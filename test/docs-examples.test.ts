import { describe, expect, it } from 'vitest'
import { outputLike, stepsOf } from './support/docs/console.ts'
import type { Step } from './support/docs/console.ts'
import { fences } from './support/docs/fences.ts'
import type { Fence } from './support/docs/fences.ts'
import { notRun, scenes, usual } from './support/docs/scenes.ts'
import type { Scene } from './support/docs/scenes.ts'
import { at, perform, rehearse, serve, stage } from './support/docs/stage.ts'
import type { Files } from './support/docs/stage.ts'

const blocks = fences
  .filter(({ language }) => language === 'console')
  .map((fence) => {
    const steps = stepsOf(fence)
    const scene = scenes.find(({ page, command }) => page === fence.page && steps.some((step) => isOf(step, command)))
    return { title: `${fence.page}:${fence.line}`, fence, steps, scene }
  })

function isOf(step: Step, command: string): boolean {
  return step.command.replace(/ +#.*$/, '') === command
}

function isStubbed({ command }: Step, { page }: Fence): boolean {
  return page.startsWith('create-anyhandler/templates/') || notRun.some(([pattern]) => pattern.test(command))
}

/** The files that a section of the page shows before the block. Files for one name are alternatives: each has its turn. */
function casts(fence: Fence, scene: Scene | undefined): readonly Files[] {
  const shown = fences.filter(
    ({ page, section, line, file }) =>
      page === fence.page && section === fence.section && line < fence.line && file !== undefined,
  )
  const byStem = Map.groupBy(shown, ({ file = '' }) => file.replace(/\.\w+$/, ''))
  const turns = Math.max(1, ...[...byStem.values()].map((alternatives) => alternatives.length))
  return Array.from({ length: turns }, (_, turn) => ({
    ...(scene?.alone ? {} : usual),
    ...Object.fromEntries(
      [...byStem.values()].flatMap((alternatives) => {
        const { file = '', text = '' } = alternatives[turn % alternatives.length] ?? {}
        return [[file, text]]
      }),
    ),
    ...scene?.files,
  }))
}

async function check({ command, shown }: Step, cwd: string, fence: Fence): Promise<void> {
  const isStub = isStubbed({ command, shown }, fence)
  const { outputs, exitCode } = await (isStub ? rehearse : perform)(command, cwd, fence.page)
  // What fails shows it on the page.
  if (isStub || shown.length === 0) expect({ command, exitCode, outputs }).toMatchObject({ exitCode: 0 })
  else if (!outputs.some((output) => outputLike(shown).test(output))) expect(outputs[1]).toMatch(outputLike(shown))
}

describe('the commands of a page', () => {
  it('are found', () => {
    expect(blocks.length).toBeGreaterThan(35)
  })

  it('have no scene, and no reason not to run, that nothing needs any more', () => {
    const used = blocks.flatMap(({ scene }) => scene ?? [])
    expect(scenes.filter((scene) => !used.includes(scene))).toEqual([])
    const commands = blocks.flatMap(({ steps }) => steps.map(({ command }) => command))
    expect(notRun.filter(([pattern]) => !commands.some((command) => pattern.test(command)))).toEqual([])
  })

  it.each(blocks)('$title do what the page shows', async ({ fence, steps, scene }) => {
    for (const files of casts(fence, scene)) {
      const open = (): string => {
        const cwd = stage(files, steps)
        scene?.prepare?.(cwd)
        return cwd
      }
      const cwd = open()
      const [first, ...rest] = steps
      if (first && /^npx anyhandler dev\b/.test(first.command) && !isStubbed(first, fence)) {
        const ready = await serve(first.command, cwd, async (address) => {
          for (const step of rest) await check(at(address, step), cwd, fence)
        })
        if (first.shown.length > 0) expect(ready).toMatch(outputLike(first.shown))
      } else for (const step of steps) await check(step, scene?.apart ? open() : cwd, fence)
    }
  })
})
