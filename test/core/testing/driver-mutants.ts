import type { CaseKey } from '@anyhandler/core/testing'

/** A fault that a driver's author can make, as a change of the example's Perl driver. */
export interface Mutant {
  /** What the driver does, as the end of a sentence. */
  readonly fault: string
  /** The case that finds it. */
  readonly key: CaseKey
  readonly message: RegExp
  /** Texts that stand in the driver once, and what takes their place. */
  readonly changes: readonly (readonly [from: string, to: string])[]
  /** The case waits for what never comes. */
  readonly hangs?: boolean
}

const loop = 'my $result = eval {'

export const mutants: readonly Mutant[] = [
  {
    fault: 'hands its control descriptors on to what the handler starts',
    key: 'hang',
    message: /the handler's program 'sleep 600' has inherited descriptor \d+ \(socket:/,
    changes: [['fcntl($high, F_SETFD, FD_CLOEXEC)', 'fcntl($high, F_SETFD, 0)']],
  },
  {
    fault: 'leaves the control descriptors where they were, open to the handler',
    key: 'hang',
    message: /has inherited descriptor [34] \(socket:/,
    changes: [
      ['    close $low;\n', '    POSIX::dup2($number, $fd); fcntl($low, F_SETFD, 0); our @kept; push @kept, $low;\n'],
    ],
  },
  {
    fault: 'goes on when its control descriptor has ended',
    key: 'cleanup',
    message: /the perl driver still runs 200 ms after the end of its control descriptor/,
    changes: [['my $header = readline($in) // exit 0;', 'my $header = readline($in) // sleep 600;']],
  },
  {
    fault: 'keeps the trace id of the event before',
    key: 'context',
    message: /context-4 was told "Root=.*" as its trace id; it is null/,
    changes: [['else                             { delete $ENV{_X_AMZN_TRACE_ID} }', '']],
  },
  {
    fault: 'keeps the deadline of the first event',
    key: 'context',
    message: /context-2 was told \d+ as its deadline; it is \d+/,
    changes: [[loop, `our $first //= $context->{deadlineMs}; $context->{deadlineMs} = $first;\n${loop}`]],
  },
  {
    fault: 'keeps the request id of the first event',
    key: 'context',
    message: /context-2 was told "context-1" as its request id/,
    changes: [[loop, `our $first //= $context->{requestId}; $context->{requestId} = $first;\n${loop}`]],
  },
  {
    fault: 'answers from a copy of its process',
    key: 'fork',
    message: /the answer differs from byte|but failed/,
    changes: [['    POSIX::_exit(0) if $$ != $driver;\n', '']],
  },
  {
    fault: 'takes an exit in the handler for its own end, and waits',
    key: 'exit',
    message: /the failure was only noticed at the deadline/,
    changes: [['my $result = eval {', 'BEGIN { *CORE::GLOBAL::exit = sub { sleep 600 } }\nmy $result = eval {']],
  },
  {
    fault: 'takes an exit in the handler for a success',
    key: 'exit',
    message: /the event was to fail, but its outcome is 'response'/,
    changes: [
      [
        'while (1) {\n    my (undef, $context)',
        'END { send_frame("done", "") if length $event_number }\nwhile (1) {\n    my (undef, $context)',
      ],
    ],
  },
  {
    fault: 'gathers a stream and sends it at the end',
    key: 'stream',
    message: /the parts of the stream came within \d+ ms, though the handler takes 400/,
    changes: [
      [
        "{ send_frame('chunk', $part) }\n",
        '{ our $all .= $part }\n    our $all; send_frame("chunk", $all); $all = "";\n',
      ],
    ],
  },
  {
    fault: 'loses the last part of a stream',
    key: 'stream',
    message: /the stream was to be .*not .*part 4/,
    changes: [["{ send_frame('chunk', $part) }", "{ send_frame('chunk', $part) if $part !~ /5/ }"]],
  },
  {
    fault: 'ends a stream that broke like a whole one',
    key: 'stream',
    message: /a stream whose handler failed ended like a whole one/,
    changes: [['while (defined(my $part = $next->()))', 'while (defined(my $part = eval { $next->() }))']],
  },
  {
    fault: 'sends a cause for X-Ray that is no JSON',
    key: 'fail',
    message: /the cause for X-Ray is no JSON: oops/,
    changes: [
      [
        "send_frame('failed', failure($type, $@));",
        "my $e = $@; send_frame('cause', 'oops'); send_frame('failed', failure($type, $e));",
      ],
    ],
  },
  {
    fault: 'loads a file that has no such function',
    key: 'missing',
    message: /setup was to fail for the handler 'kit\.not_there'/,
    changes: [['if (!$code) {', 'if (0) {']],
  },
  {
    fault: 'keeps every event',
    key: 'growth',
    message: /memory leaks: in 10 rounds of 50 events of 100 KB it grew by/,
    changes: [[loop, `push our @kept, $event;\n${loop}`]],
  },
  {
    fault: 'starts threads and forgets them',
    key: 'growth',
    message: /the host's processes have \d+ threads after 200 events/,
    changes: [
      ['use strict;\n', 'use threads;\nuse strict;\n'],
      [loop, `our $count; threads->create(sub { sleep 600 })->detach if ++$count % 60 == 0;\n${loop}`],
    ],
  },
  {
    fault: 'keeps what the handler prints',
    key: 'debug',
    message: /the log has no record with 'debug output' and the request id/,
    changes: [['STDOUT->autoflush(1);\n', '']],
  },
  {
    fault: 'does not start at all, where a broken handler is expected',
    key: 'failedSetup',
    message: /exited with code \d+ before it was ready/,
    changes: [["send_frame('ready', ", "die 'no start'; send_frame('ready', "]],
  },
  {
    fault: 'never says that the handler is loaded',
    key: 'cleanup',
    message: /setup did not happen within [1-4]\.\d s; the last steps of its workers:\n[^]*awaiting 'loaded'/,
    changes: [["send_frame('loaded', '');", 'sleep 600;']],
    hangs: true,
  },
  {
    fault: 'never answers',
    key: 'echo',
    message:
      /the answer of an event did not happen within [1-4]\.\d s; the last steps of its workers:\n[^]*busy with event 1, awaiting 'done'/,
    changes: [[loop, `sleep 600;\n${loop}`]],
    hangs: true,
  },
]
