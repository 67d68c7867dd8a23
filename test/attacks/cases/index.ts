import type { Attack } from '../attack.ts'
import { answers } from './answers.ts'
import { drivers } from './drivers.ts'
import { files } from './files.ts'
import { pipes } from './pipes.ts'
import { platform } from './platform.ts'
import { processes } from './processes.ts'
import { starts } from './starts.ts'

export const attacks: Readonly<Record<string, readonly Attack[]>> = {
  answers,
  drivers,
  files,
  pipes,
  platform,
  processes,
  starts,
}
