import type { Architecture, Runtime } from '../target.ts'
import { defaults, usualRate, withArn } from './template.ts'
import type { Template, TemplateEvent, TemplateFunction } from './template.ts'

const runtimes: Readonly<Record<Runtime, string>> = {
  'provided.al2023': 'Runtime.PROVIDED_AL2023',
  'nodejs24.x': 'Runtime.NODEJS_24_X',
  'nodejs22.x': 'Runtime.NODEJS_22_X',
  'python3.12': 'Runtime.PYTHON_3_12',
  'python3.13': 'Runtime.PYTHON_3_13',
  'python3.14': 'Runtime.PYTHON_3_14',
}

const architectures: Readonly<Record<Architecture, string>> = {
  x64: 'Architecture.X86_64',
  arm64: 'Architecture.ARM_64',
}

export const cdk: Template = {
  file: 'anyhandler-cdk.mjs',
  deploy: "npm install aws-cdk-lib constructs && npx aws-cdk deploy --app 'node anyhandler-cdk.mjs'",
  render: ({
    name,
    runtime,
    arch,
    functions,
    variables,
    layerZip,
    functionZip,
  }) => `import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib'
import { Architecture, Code, Function, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda'
${imports(functions)}import { fileURLToPath } from 'node:url'

const beside = (file) => Code.fromAsset(fileURLToPath(new URL(file, import.meta.url)))

/** Handlers by the name of their function. */
const handlers = {
${functions.map(({ id, handler }) => `  ${id}: ${JSON.stringify(handler)},\n`).join('')}}

export class AnyhandlerStack extends Stack {
  constructor(scope, id, props) {
    super(scope, id, props)
    const runtime = ${runtimes[runtime]}
    const architecture = ${architectures[arch]}
    const layer = new LayerVersion(this, 'AnyhandlerLayer', {
      code: beside(${JSON.stringify(layerZip)}),
      compatibleRuntimes: [runtime],
      compatibleArchitectures: [architecture],
    })
    const code = beside(${JSON.stringify(functionZip)})
${declarations(functions)}    for (const [name, handler] of Object.entries(handlers)) {
      const made = new Function(this, name, {
        runtime,
        architecture,
        code,
        handler,
        layers: [layer],
        memorySize: ${defaults.memoryMegabytes},
        timeout: Duration.seconds(${defaults.timeoutSeconds}),
${Object.keys(variables).length === 0 ? '' : `        environment: ${JSON.stringify(variables)},\n`}      })
      new CfnOutput(this, \`\${name}Arn\`, { value: made.functionArn })
${functions.map(additions).join('')}    }
  }
}

new AnyhandlerStack(new App(), ${JSON.stringify(name)})
`,
}

type From = TemplateEvent['from']

/** The imports that each kind of event needs. */
const modules: readonly { readonly froms: readonly From[]; readonly line: string }[] = [
  { froms: ['http'], line: "import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2'" },
  { froms: ['http'], line: "import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'" },
  { froms: ['schedule', 'eventbridge'], line: "import { Rule, Schedule } from 'aws-cdk-lib/aws-events'" },
  { froms: ['schedule', 'eventbridge'], line: "import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'" },
  { froms: ['sqs', 'kinesis', 'dynamodb'], line: "import { ManagedPolicy } from 'aws-cdk-lib/aws-iam'" },
  { froms: ['sqs', 'kinesis', 'dynamodb'], line: "import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda'" },
  { froms: ['sns'], line: "import { Topic } from 'aws-cdk-lib/aws-sns'" },
  { froms: ['sns'], line: "import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'" },
]

function imports(functions: readonly TemplateFunction[]): string {
  const used = new Set(functions.flatMap(({ events }) => events.map(({ from }) => from)))
  const lines = modules.filter(({ froms }) => froms.some((from) => used.has(from))).map(({ line }) => `${line}\n`)
  return `${withArn(functions).length > 0 ? "import { CfnParameter } from 'aws-cdk-lib'\n" : ''}${lines.join('')}`
}

function declarations(functions: readonly TemplateFunction[]): string {
  const isHttp = functions.some(({ events }) => events.some(({ from }) => from === 'http'))
  const arns = withArn(functions).map(
    ({ arn }) => `    const ${lower(arn)} = new CfnParameter(this, '${arn}').valueAsString\n`,
  )
  return `${isHttp ? "    const api = new HttpApi(this, 'Api')\n" : ''}${arns.join('')}`
}

function additions({ id, events }: TemplateFunction): string {
  if (events.length === 0) return ''
  const lines = events.flatMap((event) => linesOf(event, id)).map((line) => `        ${line}\n`)
  return `      if (name === '${id}') {\n${lines.join('')}      }\n`
}

const policies = {
  sqs: 'AWSLambdaSQSQueueExecutionRole',
  kinesis: 'AWSLambdaKinesisExecutionRole',
  dynamodb: 'AWSLambdaDynamoDBExecutionRole',
} as const

function linesOf(event: TemplateEvent, owner: string): readonly string[] {
  const name = `'${owner}${event.id}'`
  switch (event.from) {
    case 'http': {
      const { method = 'ANY', path = '/{proxy+}' } = event.route ?? {}
      const integration = `new HttpLambdaIntegration(${name}, made)`
      const add = (where: string, verb: string): string =>
        `api.addRoutes({ path: ${JSON.stringify(where)}, methods: [HttpMethod.${verb}], integration: ${integration} })`
      return event.route ? [add(path, method)] : [add('/', 'ANY').replace(name, `'${owner}Root'`), add(path, method)]
    }
    case 'sqs':
    case 'kinesis':
    case 'dynamodb': {
      const position = event.from === 'sqs' ? '' : ", startingPosition: 'LATEST'"
      return [
        `made.role.addManagedPolicy(ManagedPolicy.fromAwsManagedPolicyName('service-role/${policies[event.from]}'))`,
        `new EventSourceMapping(this, ${name}, {`,
        `  target: made, eventSourceArn: ${lower(event.arn)}${position}, reportBatchItemFailures: true,`,
        '})',
      ]
    }
    case 'sns':
      return [`Topic.fromTopicArn(this, ${name}, ${lower(event.arn)}).addSubscription(new LambdaSubscription(made))`]
    case 'schedule':
      return [
        `new Rule(this, ${name}, { schedule: Schedule.expression('${usualRate}'), targets: [new LambdaFunction(made)] })`,
      ]
    case 'eventbridge': {
      const { source, 'detail-type': detailType } = event.pattern
      const pattern = JSON.stringify({ ...(source && { source }), ...(detailType && { detailType }) })
      return [`new Rule(this, ${name}, { eventPattern: ${pattern}, targets: [new LambdaFunction(made)] })`]
    }
  }
}

function lower(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}
