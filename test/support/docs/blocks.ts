import { expect } from 'vitest'
import { outputLike, stepsOf } from './console.ts'
import type { Step } from './console.ts'
import { fences } from './fences.ts'
import type { Fence } from './fences.ts'
import { notRun, scenes, usual } from './scenes.ts'
import type { Scene } from './scenes.ts'
import { at, perform, rehearse, serve, stage } from './stage.ts'
import type { Files } from './stage.ts'

export interface Block {
  readonly title: string
  readonly fence: Fence
  readonly steps: readonly Step[]
  readonly scene: Scene | undefined
}

/** Every `console` block of every page, with what it needs. */
export const blocks: readonly Block[] = fences
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

/**
 * The files that a section of the page shows before the block. Files for one name are alternatives: each has its turn.
 */
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

/** Runs the commands of a block, and compares what they say with what the page shows. */
export async function runBlock({ fence, steps, scene }: Block): Promise<void> {
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
}
