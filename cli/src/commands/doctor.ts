import type { Command } from '../command.ts'

export const doctor: Command = {
  name: 'doctor',
  summary: 'checks a folder before it is deployed',
  help: '',
  options: {},
  operands: ['[DIR]'],
  run: () => Promise.resolve(0),
}
