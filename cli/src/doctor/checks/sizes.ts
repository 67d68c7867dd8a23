import { limits, megabytes } from '../../artifacts/megabytes.ts'
import { layerSize } from '../../artifacts/layer-size.ts'
import { zip } from '../../artifacts/zip.ts'
import type { Check, Examined } from '../examined.ts'
import type { Finding } from '../finding.ts'

/** Lambda's limits of size. */
export const sizes: Check = async (examined) => {
  if (examined.platform.name === 'image') return []
  const { packed, viaS3 } = examined
  const tooLarge = unzipped(examined)
  return tooLarge.length > 0 || viaS3 || packed.size <= limits.zipped ? tooLarge : zipped(examined)
}

function unzipped({ packed, platform, arch }: Examined): readonly Finding[] {
  const layer = platform.name === 'image' ? 0 : layerSize(platform.name, arch)
  if (packed.size + layer <= limits.unzipped) return []
  const fault = `is ${megabytes(packed.size)} unpacked, with the layer ${megabytes(packed.size + layer)}, and Lambda's limit is ${megabytes(limits.unzipped)}`
  const smaller = platform.name === 'provided.al2023' ? 'use the runtime nodejs24.x, whose layer is small, ' : ''
  return [
    {
      severity: 'error',
      file: '.',
      fault,
      cure: `${smaller}make an image (anyhandler build image), or leave out ${largest(packed)}`,
    },
  ]
}

async function zipped({ packed }: Examined): Promise<readonly Finding[]> {
  const size = (await zip(packed)).length
  if (size <= limits.zipped) return []
  const fault = `is ${megabytes(size)} zipped, and the limit of a direct upload is ${megabytes(limits.zipped)}`
  return [
    {
      severity: 'error',
      file: '.',
      fault,
      cure: `upload it through S3 and pass --s3, or leave out ${largest(packed)}`,
    },
  ]
}

/** The three largest files, for a start. */
function largest(packed: Examined['packed']): string {
  const files = packed.files().toSorted((one, other) => other.size - one.size)
  return files
    .slice(0, 3)
    .map(({ path, size }) => `${path} (${megabytes(size)})`)
    .join(', ')
}
