import { usualRate, withArn } from './template.ts'
import type { TemplateEvent, TemplateFunction } from './template.ts'

const policies = {
  sqs: 'AWSLambdaSQSQueueExecutionRole',
  kinesis: 'AWSLambdaKinesisExecutionRole',
  dynamodb: 'AWSLambdaDynamoDBExecutionRole',
} as const

/**
 * The resources that invoke the functions of a Terraform file; `handler` is the function's resource, `function` the
 * role.
 */
export function terraformEvents(name: string, functions: readonly TemplateFunction[]): string {
  const all = functions.flatMap(({ id, events }) => events.map((event) => ({ owner: id, event })))
  const froms = new Set(all.map(({ event }) => event.from))
  const blocks = [
    ...withArn(functions).map(({ arn }) => `variable "${snake(arn)}" {\n  type = string\n}\n`),
    ...Object.entries(policies)
      .filter(([from]) => froms.has(from as TemplateEvent['from']))
      .map(([from, policy]) => attachment(from, policy)),
    ...(froms.has('http') ? [httpApi(name)] : []),
    ...all.flatMap(({ owner, event }) => blocksOf(event, owner)),
  ]
  return blocks.map((block) => `\n${block}`).join('')
}

function attachment(from: string, policy: string): string {
  return `resource "aws_iam_role_policy_attachment" "${from}" {
  role       = aws_iam_role.function.name
  policy_arn = "arn:\${data.aws_partition.current.partition}:iam::aws:policy/service-role/${policy}"
}
`
}

function httpApi(name: string): string {
  return `resource "aws_apigatewayv2_api" "http" {
  name          = "${name}"
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.http.id
  name        = "$default"
  auto_deploy = true
}

output "url" {
  value = aws_apigatewayv2_api.http.api_endpoint
}
`
}

function blocksOf(event: TemplateEvent, owner: string): readonly string[] {
  const label = snake(`${owner}${event.id}`)
  const target = `aws_lambda_function.handler["${owner}"]`
  switch (event.from) {
    case 'http': {
      const key = event.route ? `${event.route.method} ${event.route.path}` : '$default'
      return [
        `resource "aws_apigatewayv2_integration" "${label}" {
  api_id                 = aws_apigatewayv2_api.http.id
  integration_type       = "AWS_PROXY"
  integration_uri        = ${target}.invoke_arn
  payload_format_version = "2.0"
}
`,
        `resource "aws_apigatewayv2_route" "${label}" {
  api_id    = aws_apigatewayv2_api.http.id
  route_key = ${JSON.stringify(key)}
  target    = "integrations/\${aws_apigatewayv2_integration.${label}.id}"
}
`,
        permission(label, target, 'apigateway.amazonaws.com', '"${aws_apigatewayv2_api.http.execution_arn}/*"'),
      ]
    }
    case 'sqs':
    case 'kinesis':
    case 'dynamodb':
      return [
        `resource "aws_lambda_event_source_mapping" "${label}" {
  function_name           = ${target}.arn
  event_source_arn        = var.${snake(event.arn)}
  function_response_types = ["ReportBatchItemFailures"]
${event.from === 'sqs' ? '' : '  starting_position       = "LATEST"\n'}}
`,
      ]
    case 'sns':
      return [
        `resource "aws_sns_topic_subscription" "${label}" {
  topic_arn = var.${snake(event.arn)}
  protocol  = "lambda"
  endpoint  = ${target}.arn
}
`,
        permission(label, target, 'sns.amazonaws.com', `var.${snake(event.arn)}`),
      ]
    case 'schedule':
      return rule(label, target, `schedule_expression = "${usualRate}"`)
    case 'eventbridge':
      return rule(label, target, `event_pattern = jsonencode(${JSON.stringify(event.pattern)})`)
  }
}

function rule(label: string, target: string, when: string): readonly string[] {
  return [
    `resource "aws_cloudwatch_event_rule" "${label}" {
  ${when}
}
`,
    `resource "aws_cloudwatch_event_target" "${label}" {
  rule = aws_cloudwatch_event_rule.${label}.name
  arn  = ${target}.arn
}
`,
    permission(label, target, 'events.amazonaws.com', `aws_cloudwatch_event_rule.${label}.arn`),
  ]
}

function permission(label: string, target: string, principal: string, source: string): string {
  return `resource "aws_lambda_permission" "${label}" {
  action        = "lambda:InvokeFunction"
  function_name = ${target}.function_name
  principal     = "${principal}"
  source_arn    = ${source}
}
`
}

/** `OrdersQueueArn` → `orders_queue_arn`. */
function snake(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase()
}
