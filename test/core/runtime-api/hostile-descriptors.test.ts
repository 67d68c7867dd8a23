import { expect, it } from 'vitest'
import { taskFolder } from '../../support/task-folder.ts'
import { Emulator } from './emulator.ts'

/**
 * Opens everything that the host has open and can be opened by its path, as any process of the same user can, and does
 * something to it.
 */
const attack = (what: string) => `import json, os, sys
def attack(host):
    for name in os.listdir(f"/proc/{host}/fd"):
        path = f"/proc/{host}/fd/{name}"
        try:
            ${what}
        except OSError:
            pass
`
const writes = attack(`fd = os.open(path, os.O_WRONLY | os.O_NONBLOCK); os.write(fd, os.urandom(4096)); os.close(fd)`)
const reads = attack(`fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK); os.read(fd, 65536); os.close(fd)`)
const fills = attack(`fd = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
            for _ in range(256): os.write(fd, b"x" * 4096)`)
const unblocks = attack(`fd = os.open(path, os.O_RDWR | os.O_NONBLOCK); os.set_blocking(fd, False)`)

it.each([
  ['writes garbage to', 'bash', writes],
  ['reads from', 'bash', reads],
  ['fills', 'bash', fills],
  ['sets O_NONBLOCK on', 'bash', unblocks],
  ['writes garbage to', 'python', writes],
  ['reads from', 'python', reads],
  ['fills', 'python', fills],
  ['sets O_NONBLOCK on', 'python', unblocks],
])(
  'a handler that %s the host’s descriptors costs its own event at most, in %s',
  { timeout: 120_000 },
  async (_does, language, attack) => {
    const emulator = await Emulator.start({
      root: taskFolder({
        'attack.py': attack,
        'h.sh':
          'read -r event\n[ "$event" = 1 ] && PYTHONPATH=$LAMBDA_TASK_ROOT python3 -c "import attack; attack.attack($PPID)"\necho fine\n',
        'h.py': `import os, attack\ndef handler(event, context):\n    if event == 1: attack.attack(os.getppid())\n    return "fine"\n`,
      }),
      handler: `${language}:h`,
      timeout: 8,
    })
    expect((await emulator.invoke('0')).text()).toContain('fine')
    for (let round = 0; round < 3; round++) {
      const attacked = (await emulator.invoke('1')).text()
      // A host that crashes is started again by the platform, which answers for it.
      expect(attacked).toMatch(/fine|"errorType"|Task timed out/)
      for (let event = 0; event < 2; event++) expect((await emulator.invoke('0')).text()).toContain('fine')
    }
  },
)
