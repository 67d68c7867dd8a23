import { awsName } from '../target.ts'
import { defaults, usualRate, withArn } from './template.ts'
import type { Template, TemplateEvent, TemplateFunction } from './template.ts'

export const sam: Template = {
  file: 'template.yaml',
  deploy: 'sam deploy --guided',
  render: ({ runtime, arch, functions, variables, layerZip, functionZip }) => `AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
${parameters(functions)}
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
    ({ id, handler, events }) => `  ${id}:
    Type: AWS::Serverless::Function
    Properties:
      Handler: ${JSON.stringify(handler)}
      CodeUri: ${functionZip}
${events.length === 0 ? '' : `      Events:\n${events.map(eventOf).join('')}`}`,
  )
  .join('\n')}
Outputs:
${functions.map(({ id }) => `  ${id}Arn:\n    Value: !GetAtt ${id}.Arn\n`).join('')}`,
}

function parameters(functions: readonly TemplateFunction[]): string {
  const lines = withArn(functions).map(({ arn }) => `  ${arn}:\n    Type: String\n`)
  return lines.length === 0 ? '' : `\nParameters:\n${lines.join('')}`
}

function eventOf(event: TemplateEvent): string {
  const [type, properties] = typeAndProperties(event)
  const lines = properties.map((line) => `            ${line}\n`).join('')
  return `        ${event.id}:\n          Type: ${type}\n${lines === '' ? '' : `          Properties:\n${lines}`}`
}

function typeAndProperties(event: TemplateEvent): readonly [type: string, properties: readonly string[]] {
  const reports = 'FunctionResponseTypes: [ReportBatchItemFailures]'
  switch (event.from) {
    case 'http':
      return [
        'HttpApi',
        event.route ? [`Method: ${event.route.method}`, `Path: ${JSON.stringify(event.route.path)}`] : [],
      ]
    case 'sqs':
      return ['SQS', [`Queue: !Ref ${event.arn}`, reports]]
    case 'kinesis':
      return ['Kinesis', [`Stream: !Ref ${event.arn}`, 'StartingPosition: LATEST', reports]]
    case 'dynamodb':
      return ['DynamoDB', [`Stream: !Ref ${event.arn}`, 'StartingPosition: LATEST', reports]]
    case 'sns':
      return ['SNS', [`Topic: !Ref ${event.arn}`]]
    case 'schedule':
      return ['Schedule', [`Schedule: ${usualRate}`]]
    case 'eventbridge':
      return ['EventBridgeRule', [`Pattern: ${JSON.stringify(event.pattern)}`]]
  }
}
