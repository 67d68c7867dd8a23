import { awsName } from '../target.ts'
import { defaults, usualRate, withArn } from './template.ts'
import type { Template, TemplateEvent } from './template.ts'

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
${functions
  .map(({ id, handler, events }) => {
    const lines = events.flatMap(linesOf).map((line) => `      ${line}\n`)
    return `  ${id}:\n    handler: ${JSON.stringify(handler)}\n${lines.length === 0 ? '' : `    events:\n${lines.join('')}`}`
  })
  .join('')}${withArn(functions)
    .map(({ arn }) => `# serverless deploy --param="${arn}=arn:aws:…"\n`)
    .join('')}`,
}

function linesOf(event: TemplateEvent): readonly string[] {
  const reports = '    functionResponseType: ReportBatchItemFailures'
  switch (event.from) {
    case 'http':
      return [
        `- httpApi: ${event.route ? JSON.stringify(`${methodOf(event.route.method)} ${event.route.path}`) : "'*'"}`,
      ]
    case 'sqs':
      return ['- sqs:', `    arn: \${param:${event.arn}}`, reports]
    case 'kinesis':
    case 'dynamodb':
      return ['- stream:', `    type: ${event.from}`, `    arn: \${param:${event.arn}}`, reports]
    case 'sns':
      return [`- sns: \${param:${event.arn}}`]
    case 'schedule':
      return [`- schedule: ${usualRate}`]
    case 'eventbridge':
      return ['- eventBridge:', `    pattern: ${JSON.stringify(event.pattern)}`]
  }
}

function methodOf(method: string): string {
  return method === 'ANY' ? '*' : method
}
