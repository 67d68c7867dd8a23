/** `node unpack.ts ZIP FOLDER`: unpacks a layer, as Lambda does. */
import { unzip } from '../test/support/zip.ts'

const [zip = '', folder = ''] = process.argv.slice(2)
await unzip(zip, folder)
