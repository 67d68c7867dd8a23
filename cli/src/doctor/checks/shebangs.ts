import { isProgram, textOf } from '../examined.ts'
import type { Check, Examined } from '../examined.ts'
import type { Finding } from '../finding.ts'
import { shebangOf } from '../shebang.ts'
import type { Shebang } from '../shebang.ts'
import type { TreeFile } from '../../artifacts/file-tree.ts'

/** First lines of programs that name something which isn't there. */
export const shebangs: Check = (examined) =>
  examined.files.tree.files().flatMap((file) => {
    const shebang = shebangOf(textOf(file))
    return shebang && isProgram(file, examined) ? inProgram(file, shebang, examined) : []
  })

function inProgram(
  { path }: TreeFile,
  { interpreter, argument, program, split }: Shebang,
  { platform, packed }: Examined,
): readonly Finding[] {
  const error = (fault: string, cure: string): readonly Finding[] => [{ severity: 'error', file: path, fault, cure }]
  if (split)
    return error(
      `its first line makes env look for a program called '${argument}'`,
      `write #!${interpreter} -S ${argument}`,
    )
  if (interpreter.startsWith('/opt/')) return []
  if (interpreter.startsWith('/var/task/')) {
    const own = interpreter.slice('/var/task/'.length)
    return packed.has(own)
      ? []
      : error(
          `is run by ${interpreter}, but there is no ${own} in the folder`,
          'put it there, or name another interpreter in the first line',
        )
  }
  if (!interpreter.startsWith('/'))
    return error(
      `names its interpreter as ${interpreter}, which is searched in the working directory`,
      `write the whole path, or #!/usr/bin/env ${program}`,
    )
  if (!platform.interprets(program)) {
    return error(
      `is run by ${program}, which ${platform.name} does not have`,
      `add it in a layer and pass --have ${program}, or put it into an image`,
    )
  }
  const strange = !/^\/(?:usr\/)?s?bin\/[^/]+$/.test(interpreter)
  return strange
    ? error(`is run by ${interpreter}, a path that ${platform.name} does not have`, `write #!/usr/bin/env ${program}`)
    : []
}
