import type { Command } from '../command-line/command.ts'

export const completion = {
  name: 'completion',
  summary: 'prints a completion script for a shell',
  about: [
    'Prints a script that makes the shell complete commands, topics, flags and their values:',
    '  bash   source <(anyhandler completion bash)\n  zsh    source <(anyhandler completion zsh)\n  fish   anyhandler completion fish | source',
  ],
  forms: { '': { operands: [{ name: 'SHELL', words: ['bash', 'zsh', 'fish'] }] } },
  flags: {},
} as const satisfies Command
