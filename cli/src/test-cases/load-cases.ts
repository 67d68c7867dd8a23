import { relative } from 'node:path'
import { CaseFault } from './format/case-fault.ts'
import { casesOf } from './format/cases-of.ts'
import { findCaseFiles, rootOf } from './format/find-case-files.ts'
import { readCaseFile } from './format/read-case-file.ts'
import type { TestCase } from './format/test-case.ts'

export interface Loaded {
  readonly cases: readonly TestCase[]
  /** Of files that can't be used. */
  readonly faults: readonly CaseFault[]
  readonly files: readonly string[]
}

/**
 * All cases below a folder. A file with a fault has none.
 * @param folder absolute
 */
export function loadCases(folder: string): Loaded {
  const files = findCaseFiles(folder)
  const faults: CaseFault[] = []
  const cases = files.flatMap((file) => {
    try {
      return casesOf(readCaseFile(file, relative(folder, file)), rootOf(file, folder))
    } catch (error) {
      if (!(error instanceof CaseFault)) throw error
      faults.push(error)
      return []
    }
  })
  return { cases, faults, files }
}

/** Those that one of the filters names: a part of the file's path or of the case's name, or `create.case.yaml:12`. */
export function select(cases: readonly TestCase[], filters: readonly string[]): readonly TestCase[] {
  if (filters.length === 0) return cases
  return cases.filter((test) => filters.some((filter) => isNamed(test, filter)))
}

function isNamed({ label, name, line, lastLine }: TestCase, filter: string): boolean {
  const { file, number } = /^(?<file>.*\.case\.yaml):(?<number>\d+)$/.exec(filter)?.groups ?? {}
  if (file !== undefined && number !== undefined)
    return (label === file || label.endsWith(`/${file}`)) && Number(number) >= line && Number(number) <= lastLine
  const wanted = filter.toLowerCase()
  return label.toLowerCase().includes(wanted) || name.toLowerCase().includes(wanted)
}
