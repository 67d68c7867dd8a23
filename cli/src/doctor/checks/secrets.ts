import { basename } from 'node:path'
import { textOf } from '../examined.ts'
import type { Check } from '../examined.ts'
import type { TreeFile } from '../../artifacts/file-tree.ts'

/** Files that hold keys by their very names. Those with dots before them are never packed. */
const names = /^(?:credentials|id_(?:rsa|dsa|ecdsa|ed25519)|.+\.(?:pem|key|p12|pfx|jks|keystore|kdbx|tfstate|tfvars))$/

/** Texts that are a key. */
const texts: readonly (readonly [RegExp, string])[] = [
  [/^-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----\r?$/m, 'a private key'],
  [/\baws_secret_access_key["']?\s*[:=]\s*["']?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/i, 'an AWS secret access key'],
  [/\bgh[pousr]_[A-Za-z0-9]{36}\b/, 'a GitHub token'],
  [/\bxox[abprs]-[A-Za-z0-9]{8,}-[A-Za-z0-9-]{10,}/, 'a Slack token'],
  [/"private_key"\s*:\s*"-----BEGIN /, 'a private key'],
]

/**
 * Everybody who may read a function's configuration may download its zip. Packages contain test keys and certificates,
 * so they are not checked.
 */
export const secrets: Check = ({ files }) =>
  files.tree.files().flatMap((file) => {
    const what = secretIn(file)
    if (what === undefined) return []
    const cure = 'add it to .anyhandlerignore, and let the function read it from Secrets Manager or the Parameter Store'
    return [{ severity: 'warning', file: file.path, fault: `${what}, and would be packed`, cure }]
  })

function secretIn(file: TreeFile): string | undefined {
  if (/(?:^|\/)(?:site-packages|node_modules|vendor)\//.test(file.path)) return undefined
  const text = textOf(file)
  const found = texts.find(([pattern]) => pattern.test(text))?.[1]
  if (found !== undefined) return `holds ${found}`
  // A certificate's name ends like a key's.
  const isPublic = /-----BEGIN (?:CERTIFICATE|PUBLIC KEY|DH PARAMETERS)-----/.test(text)
  return names.test(basename(file.path)) && !isPublic ? 'has the name of a file with secrets' : undefined
}
