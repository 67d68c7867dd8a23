import { awsName } from '../target.ts'
import { defaults } from './template.ts'
import type { Template, TemplateFunction } from './template.ts'
import { terraformEvents } from './terraform-events.ts'

export const terraform: Template = {
  file: 'anyhandler.tf',
  deploy: 'terraform init && terraform apply',
  render: ({ name, runtime, arch, functions, variables, layerZip, functionZip }) => `terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.31"
    }
  }
}

locals {
  # Handlers by the name of their function.
  handlers = {
${functions.map(({ id, handler }) => `    ${id.padEnd(width(functions))} = ${text(handler)}\n`).join('')}  }
}

data "aws_partition" "current" {}

resource "aws_lambda_layer_version" "anyhandler" {
  layer_name               = "anyhandler"
  filename                 = "\${path.module}/${layerZip}"
  source_code_hash         = filebase64sha256("\${path.module}/${layerZip}")
  compatible_runtimes      = ["${runtime}"]
  compatible_architectures = ["${awsName(arch)}"]
}

resource "aws_iam_role" "function" {
  name_prefix = "${name}-"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.function.name
  policy_arn = "arn:\${data.aws_partition.current.partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_lambda_function" "handler" {
  for_each = local.handlers

  function_name    = "${name}-\${each.key}"
  role             = aws_iam_role.function.arn
  runtime          = "${runtime}"
  architectures    = ["${awsName(arch)}"]
  handler          = each.value
  filename         = "\${path.module}/${functionZip}"
  source_code_hash = filebase64sha256("\${path.module}/${functionZip}")
  layers           = [aws_lambda_layer_version.anyhandler.arn]
  memory_size      = ${defaults.memoryMegabytes}
  timeout          = ${defaults.timeoutSeconds}
${environment(variables)}}

output "functions" {
  value = { for name, made in aws_lambda_function.handler : name => made.arn }
}
${terraformEvents(name, functions)}`,
}

/** As `terraform fmt` aligns. */
function width(functions: readonly TemplateFunction[]): number {
  return Math.max(...functions.map(({ id }) => id.length))
}

/** A string without interpolation. */
function text(value: string): string {
  return JSON.stringify(value).replaceAll(/(?<sign>[$%])\{/g, '$<sign>$<sign>{')
}

function environment(variables: Readonly<Record<string, string>>): string {
  const lines = Object.entries(variables).map(([name, value]) => `      ${name} = ${text(value)}\n`)
  return lines.length === 0 ? '' : `\n  environment {\n    variables = {\n${lines.join('')}    }\n  }\n`
}
