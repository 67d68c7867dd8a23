import { spawn } from 'node:child_process'
import type { Duplex } from 'node:stream'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { contextLines } from '../../../core/src/child/child-invocation.ts'
import { encodeFields } from '../../../core/src/child/protocol/fields.ts'
import { encodeFrame } from '../../../core/src/child/protocol/frames.ts'
import { encodeTask } from '../../../core/src/child/protocol/task.ts'
import type { Invocation } from '@anyhandler/core'

const root = join(import.meta.dirname, '../../..')
const page = readFileSync(join(root, 'docs/child-languages.md'), 'utf8')

/** As long as `/var/task`, so that the lengths in the frames are those of Lambda. */
function taskRoot(): string {
  for (let number = 100; ; number++) {
    const folder = `/tmp/t${number}`
    try {
      mkdirSync(folder)
    } catch {
      continue
    }
    onTestFinished(() => rmSync(folder, { recursive: true }))
    return folder
  }
}

const handler = `sub handler {
    my ($event) = @_;
    return $event if $event !~ /count/;
    my $number = 0;
    return sub { return $number == 2 ? undef : 'part ' . ++$number . "\\n" };
}
1;
`

/** A driver that this test is the host of. */
class Conversation {
  readonly lines: string[] = []
  readonly #driver
  readonly #toDriver: Duplex
  readonly #frames: AsyncGenerator<Buffer>
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
    const file = join(root, 'examples/custom-plugin/driver/driver.pl')
    this.#driver = spawn('perl', [file], { stdio: ['ignore', 'ignore', 'inherit', 'pipe', 'pipe'], cwd: folder })
    this.#toDriver = this.#driver.stdio[3] as Duplex
    this.#frames = framesOf(this.#driver.stdio[4] as Duplex)
  }

  send(...frames: readonly Buffer[]): void {
    for (const frame of frames) {
      this.#toDriver.write(frame)
      this.#note('host → driver', frame)
    }
  }

  async receive(count: number): Promise<void> {
    for (let got = 0; got < count; got++) {
      const { value } = await this.#frames.next()
      this.#note('driver → host', value as Buffer)
    }
  }

  end(): void {
    this.#toDriver.end()
  }

  #note(direction: string, frame: Buffer): void {
    const text = frame.toString().replaceAll(this.#folder, '/var/task')
    // Descriptors are what they happen to be.
    const shown = text.replace(/"stderr":\d+,"stdout":\d+/, '"stderr":7,"stdout":5').replaceAll('\n', '\\n')
    this.lines.push(`${direction}  ${shown}`)
  }
}

async function* framesOf(stream: Duplex): AsyncGenerator<Buffer> {
  let buffer = Buffer.alloc(0)
  for await (const chunk of stream) {
    buffer = Buffer.concat([buffer, chunk as Buffer])
    for (let end = buffer.indexOf(10); end >= 0; end = buffer.indexOf(10)) {
      const size = Number(buffer.toString('latin1', 0, end).split(' ')[1])
      if (buffer.length < end + 1 + size) break
      yield Buffer.from(buffer.subarray(0, end + 1 + size))
      buffer = buffer.subarray(end + 1 + size)
    }
  }
}

/** The frames of an event, as the host writes them. */
function eventFrames(number: number, event: string): readonly Buffer[] {
  const invocation = {
    id: `8476a536-e9f4-11e8-9739-2dfe598c3fc${number}`,
    deadline: 1_542_409_706_888 + number,
    functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:hello',
    event: Buffer.from(event),
  } as unknown as Invocation
  const task = {
    context: () => contextLines(invocation),
    further: '',
    event: invocation.event,
    onHead() {},
    onOutput() {},
  }
  const bytes = encodeTask(task, { protocol: 2 }, { number, mark: `1-1-${number}` })
  const at = bytes.indexOf(`event ${event.length}\n{`)
  return [bytes.subarray(0, at), bytes.subarray(at)]
}

test('the transcript of docs/child-languages.md is what the Perl driver says, byte by byte', async () => {
  const folder = taskRoot()
  writeFileSync(join(folder, 'hello.pl'), handler)
  const talk = new Conversation(folder)
  await talk.receive(1)
  talk.send(
    encodeFrame('load', encodeFields({ name: 'hello', target: 'hello', file: join(folder, 'hello.pl'), cause: '1' })),
  )
  await talk.receive(1)
  talk.send(...eventFrames(1, '{"name":"World"}'))
  await talk.receive(1)
  talk.send(...eventFrames(2, '{"count":2}'))
  await talk.receive(4)
  talk.end()
  const shown = /^```text\n(?<lines>driver → host {2}ready[^]*?)```/m.exec(page)?.groups?.['lines']
  expect(shown).toBe(`${talk.lines.join('\n')}\n`)
})
