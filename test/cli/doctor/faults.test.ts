import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { folder } from '../../support/folder.ts'
import { findings } from './findings.ts'
import { languageFaults } from './language-faults.ts'
import { projectFaults } from './project-faults.ts'
import { shellFaults } from './shell-faults.ts'

const faults = [...shellFaults, ...languageFaults, ...projectFaults]

describe('anyhandler doctor', () => {
  it.each(faults)('finds $title', async ({ files, make, flags = [], finding, cured }) => {
    const root = folder(files)
    make?.(root)
    const found = await findings(root, ...flags)
    expect(found.lines).toEqual([expect.stringMatching(finding)])
    expect(found.exitCode).toBe(found.lines[0]?.startsWith('error') ? 1 : 0)
    if (!cured) return
    const after = await findings(root, ...cured)
    expect([after.lines, after.exitCode]).toEqual([[], 0])
  })

  it('finds sixty kinds of faults, each of which stands in its table', () => {
    const page = readFileSync(new URL('../../../docs/doctor-findings.md', import.meta.url), 'utf8')
    expect(faults.length).toBeGreaterThanOrEqual(60)
    expect(faults.filter(({ title }) => !page.includes(`| ${title} |`)).map(({ title }) => title)).toEqual([])
  })
})
