import type { Architecture, Runtime } from '../target.ts'
import { defaults } from './template.ts'
import type { Template } from './template.ts'

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
import { fileURLToPath } from 'node:url'

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
    for (const [name, handler] of Object.entries(handlers)) {
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
    }
  }
}

new AnyhandlerStack(new App(), ${JSON.stringify(name)})
`,
}
