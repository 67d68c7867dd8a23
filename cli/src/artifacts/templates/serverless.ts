import { awsName } from '../target.ts'
import { defaults } from './template.ts'
import type { Template } from './template.ts'

export const serverless: Template = {
  file: 'serverless.yml',
  deploy: 'serverless deploy',
  render: ({ name, runtime, arch, functions, variables, layerZip, functionZip }) => `service: ${name}

provider:
  name: aws
  runtime: ${runtime}
  architecture: ${awsName(arch)}
  memorySize: ${defaults.memoryMegabytes}
  timeout: ${defaults.timeoutSeconds}
  layers:
    - !Ref AnyhandlerLambdaLayer
${
  Object.keys(variables).length === 0
    ? ''
    : `  environment:\n${Object.entries(variables)
        .map(([key, value]) => `    ${key}: ${value}\n`)
        .join('')}`
}
package:
  artifact: ${functionZip}

layers:
  anyhandler:
    package:
      artifact: ${layerZip}
    compatibleRuntimes: [${runtime}]
    compatibleArchitectures: [${awsName(arch)}]

functions:
${functions.map(({ id, handler }) => `  ${id}:\n    handler: ${JSON.stringify(handler)}\n`).join('')}`,
}
