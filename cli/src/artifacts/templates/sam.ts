import { awsName } from '../target.ts'
import { defaults } from './template.ts'
import type { Template } from './template.ts'

export const sam: Template = {
  file: 'template.yaml',
  deploy: 'sam deploy --guided',
  render: ({ runtime, arch, functions, variables, layerZip, functionZip }) => `AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31

Globals:
  Function:
    Runtime: ${runtime}
    Architectures: [${awsName(arch)}]
    Layers: [!Ref AnyhandlerLayer]
    MemorySize: ${defaults.memoryMegabytes}
    Timeout: ${defaults.timeoutSeconds}
${
  Object.keys(variables).length === 0
    ? ''
    : `    Environment:\n      Variables:\n${Object.entries(variables)
        .map(([name, value]) => `        ${name}: ${value}\n`)
        .join('')}`
}
Resources:
  AnyhandlerLayer:
    Type: AWS::Serverless::LayerVersion
    Properties:
      LayerName: anyhandler
      ContentUri: ${layerZip}
      CompatibleRuntimes: [${runtime}]
      CompatibleArchitectures: [${awsName(arch)}]

${functions
  .map(
    ({ id, handler }) => `  ${id}:
    Type: AWS::Serverless::Function
    Properties:
      Handler: ${JSON.stringify(handler)}
      CodeUri: ${functionZip}
`,
  )
  .join('\n')}
Outputs:
${functions.map(({ id }) => `  ${id}Arn:\n    Value: !GetAtt ${id}.Arn\n`).join('')}`,
}
