import { functionVariables } from '../../artifacts/bootstrap.ts'
import type { Check, Examined } from '../examined.ts'
import { topTexts } from '../top-texts.ts'

/** Files that describe functions: SAM, CloudFormation, Serverless, Terraform, the CDK. */
const templates = /\.(?:ya?ml|json|tf|m?[jt]s)$/
const setting = /AWS_LAMBDA_EXEC_WRAPPER["']?\s*[:=]\s*["']?(?<value>\/[\w./-]+)/g

/** Wrappers of Datadog, OpenTelemetry, New Relic and such in the variable that the host itself needs. */
export const execWrapper: Check = ({ project, platform }: Examined) => {
  if (platform.name === 'image') return []
  const { AWS_LAMBDA_EXEC_WRAPPER: ours } = functionVariables(platform.name)
  if (ours === undefined) return []
  return topTexts(project.root, templates).flatMap(({ name, text }) => {
    const values = [...text.matchAll(setting)].map(({ groups }) => groups?.['value'])
    return [...new Set(values)]
      .filter((value) => value !== undefined && !value.endsWith(ours.replace(/^\/opt/, '')))
      .map((value) => ({
        severity: 'error' as const,
        file: name,
        fault: `sets AWS_LAMBDA_EXEC_WRAPPER to ${value}, but on ${platform.name} it must name the host's own wrapper`,
        cure: `set AWS_LAMBDA_EXEC_WRAPPER to ${ours}, and ANYHANDLER_EXEC_WRAPPER to ${value}`,
      }))
  })
}
