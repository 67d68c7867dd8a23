import type { Check } from '../examined.ts'
import type { Finding } from '../finding.ts'
import { topTexts } from '../top-texts.ts'

/**
 * How each tool writes an event source mapping whose answers can say which records failed, and how it says that it
 * reads them.
 */
interface Tool {
  fits(file: string, text: string): boolean
  /** The first line of a mapping. */
  readonly mapping: RegExp
  /** The setting that it must have. */
  readonly wanted: RegExp
  readonly cure: string
}

const tools: readonly Tool[] = [
  {
    fits: (file, text) => /\.ya?ml$/.test(file) && /AWS::(?:Serverless|Lambda)::/.test(text),
    mapping: /^\s*Type: *['"]?(?:SQS|Kinesis|DynamoDB|MSK|SelfManagedKafka|AWS::Lambda::EventSourceMapping)['"]? *$/,
    wanted: /\bReportBatchItemFailures\b/,
    cure: 'add FunctionResponseTypes: [ReportBatchItemFailures] to its properties',
  },
  {
    fits: (file) => /^serverless\.ya?ml$/.test(file),
    mapping: /^\s*- *(?:sqs|stream|msk|kafka):/,
    wanted: /\bReportBatchItemFailures\b/,
    cure: 'add functionResponseType: ReportBatchItemFailures to it',
  },
  {
    fits: (file) => file.endsWith('.tf'),
    mapping: /^\s*resource +"aws_lambda_event_source_mapping"/,
    wanted: /\bReportBatchItemFailures\b/,
    cure: 'add function_response_types = ["ReportBatchItemFailures"] to it',
  },
  {
    fits: (file, text) => /\.[cm]?[jt]s$/.test(file) && text.includes('aws-cdk-lib'),
    mapping:
      /\bnew (?:\w+\.)?(?:Sqs|Kinesis|Dynamo|ManagedKafka|SelfManagedKafka)EventSource\(|\bnew (?:\w+\.)?EventSourceMapping\(/,
    wanted: /\breportBatchItemFailures: *true\b/,
    cure: 'add reportBatchItemFailures: true to its options',
  },
]

/**
 * Mappings of a function with `each` that ignore its answer: Lambda then treats the whole batch as handled, and deletes
 * the failed records. Without `each` it is unknown whether the handler answers with a list.
 */
export const batchFailures: Check = ({ project }) => {
  const { handlers, sources = [] } = project.config
  const hasEach =
    sources.some(({ unwrap }) => unwrap) ||
    Object.values(handlers).some((entry) => typeof entry === 'object' && entry.each !== undefined)
  if (!hasEach) return []
  return topTexts(project.root, /\.(?:ya?ml|tf|[cm]?[jt]s)$/).flatMap(({ name, text }): readonly Finding[] => {
    const tool = tools.find(({ fits }) => fits(name, text))
    if (!tool) return []
    return faultsIn(text, tool).map((fault) => ({ severity: 'warning', file: name, fault, cure: tool.cure }))
  })
}

function faultsIn(text: string, { mapping, wanted }: Tool): readonly string[] {
  const lines = text.split('\n')
  return lines.flatMap((line, index) =>
    mapping.test(line) && !wanted.test(blockAt(lines, index))
      ? [
          `line ${index + 1} maps events to a function with each, but lacks ReportBatchItemFailures: failed records would be lost`,
        ]
      : [],
  )
}

/**
 * A line and those below it that are indented as far, or further: what ends them is a line that is further left, or
 * another item of the list.
 */
function blockAt(lines: readonly string[], index: number): string {
  const depth = indentOf(lines[index] as string)
  const rest = lines.slice(index + 1)
  const end = rest.findIndex((line) => {
    if (line.trim() === '') return false
    return indentOf(line) < depth || (indentOf(line) === depth && /^\s*(?:- |resource |new |const |[)}])/.test(line))
  })
  return [lines[index], ...(end < 0 ? rest : rest.slice(0, end))].join('\n')
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length
}
