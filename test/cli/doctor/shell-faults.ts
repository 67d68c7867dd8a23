import type { Fault } from './fault.ts'

/** A program that the platform lacks, called in each place where a shell takes a word for a command. */
const places: Readonly<Record<string, string>> = {
  'a line of its own': 'jq .\n',
  'a condition': 'if jq -e .name; then echo yes; fi\n',
  'a negated condition': 'if ! jq -e .name; then echo no; fi\n',
  'a branch': 'if [ -n "$1" ]; then jq .; fi\n',
  'the other branch': 'if [ -n "$1" ]; then echo; else jq .; fi\n',
  'a loop': 'for n in 1 2; do jq .; done\n',
  'a loop behind a condition': 'while read -r line; do [ -n "$line" ] && jq .; done\n',
  'a substitution': 'name=$(jq -r .name)\n',
  'a substitution in a string': 'echo "Hello, $(jq -r .name)!"\n',
  backticks: 'name=`jq -r .name`\n',
  'a here-document': 'cat <<end\n$(jq .)\nend\n',
  'a process substitution': 'cat <(jq .)\n',
  'a pipe': 'cat | jq .\n',
  'a function': 'answer() {\n  jq .\n}\nanswer\n',
  'a case': 'case $1 in\n  x) jq . ;;\nesac\n',
  exec: 'exec jq .\n',
  time: 'time jq .\n',
  'a variable for one command': 'LC_ALL=C jq .\n',
  'env and timeout': 'env A=b timeout -k 1 5 jq .\n',
  'a subshell in the background': '(cd /tmp; jq . &)\n',
  'its whole path': '/usr/bin/jq .\n',
}

export const shellFaults: readonly Fault[] = [
  ...Object.entries(places).map(([place, script]) => ({
    title: `a shell command that the platform lacks: ${place}`,
    files: { 'hello.sh': script },
    finding: /^warning +hello\.sh: calls jq, which provided\.al2023 does not have; add it in a layer .*--have jq/,
    cured: ['--have', 'jq'],
  })),
  {
    title: 'a syntax error in a shell handler',
    files: { 'hello.sh': 'if true; then\n' },
    finding: /^error +hello\.sh: fails when it is loaded: .*hello\.sh: line \d: syntax error/,
  },
  {
    title: 'a syntax error in a file of shell functions',
    files: { 'app.sh': 'handler() {\n' },
    flags: ['--handlers', 'app.handler'],
    finding: /^error +app\.sh: fails when it is loaded: .*syntax error/,
  },
  {
    title: 'a shell function that is not there',
    files: { 'app.sh': 'handle() { echo; }\n' },
    flags: ['--handlers', 'app.handel'],
    finding: /^error +app\.sh: has no function handel, which the handler 'app\.handel' means; did you mean handle\?/,
    cured: ['--handlers', 'app.handle'],
  },
  {
    title: 'a shell handler that is meant for another shell',
    files: { 'hello.sh': '#!/bin/zsh\necho hi\n' },
    finding: /^error +hello\.sh: names zsh in its first line, but bash runs files with this extension; drop the ext/,
  },
  {
    title: 'CRLF in a shell handler',
    files: { 'hello.sh': 'echo hi\r\n' },
    finding: /^error +hello\.sh: has CRLF line endings, .*; run sed -i 's\/\\r\$\/\/' hello\.sh, .*\.gitattributes/,
  },
  {
    title: 'a byte order mark in a shell handler',
    files: { 'hello.sh': '\uFEFFecho hi\n' },
    finding: /^error +hello\.sh: begins with a byte order mark, which .*bash/,
  },
  {
    title: 'CRLF in the first line of an executable',
    files: { 'report*': '#!/bin/bash\r\necho hi\r\n' },
    finding: /^error +report: its first line ends in CRLF, so its interpreter can't be found; run sed/,
  },
  {
    title: 'a byte order mark before the first line of an executable',
    files: { 'report*': '\uFEFF#!/bin/bash\necho hi\n' },
    finding: /^error +report: begins with a byte order mark, which the kernel reads as part of the first word; run sed/,
  },
  {
    title: 'an executable whose interpreter is missing',
    files: { 'report*': '#!/usr/bin/env ruby\nputs 1\n' },
    finding: /^error +report: is run by ruby, which provided\.al2023 does not have; .*--have ruby/,
    cured: ['--have', 'ruby'],
  },
  {
    title: 'an interpreter of the managed Node that the other runtime lacks',
    files: { 'report*': '#!/usr/bin/env node\n' },
    finding: /^error +report: is run by node, which provided\.al2023 does not have; /,
    cured: ['--runtime', 'nodejs22.x'],
  },
  {
    title: 'a first line that names a place which does not exist',
    files: { 'report*': '#!/usr/local/homebrew/bin/bash\n' },
    finding:
      /^error +report: is run by \/usr\/local\/homebrew\/bin\/bash, a path that provided\.al2023 does not have; write #!\/usr\/bin\/env bash/,
  },
  {
    title: 'a first line that names a file of the function which is not there',
    files: { 'report*': '#!/var/task/bin/lua\n' },
    finding: /^error +report: is run by \/var\/task\/bin\/lua, but there is no bin\/lua in the folder; /,
  },
  {
    title: 'flags behind env',
    files: { 'report*': '#!/usr/bin/env bash -e\n' },
    finding:
      /^error +report: its first line makes env look for a program called 'bash -e'; write #!\/usr\/bin\/env -S bash -e/,
  },
  {
    title: 'an executable handler without its bit',
    files: { 'hello.sh': 'echo\n', report: '#!/bin/bash\n' },
    finding: /^error +report: begins like an executable handler, but it has no execute bit; run chmod \+x report/,
  },
  {
    title: 'a bootstrap without its bit',
    files: { 'hello.sh': 'echo\n', bootstrap: '#!/bin/sh\n' },
    finding:
      /^error +bootstrap: is the file that Lambda starts first, but it has no execute bit; run chmod \+x bootstrap/,
  },
  {
    title: 'a tool without its bit',
    files: { 'hello.sh': 'echo\n', 'bin/tool': '#!/bin/sh\n' },
    finding:
      /^error +bin\/tool: is a script in a folder of programs, but it has no execute bit; run chmod \+x bin\/tool/,
  },
]
