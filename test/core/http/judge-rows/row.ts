import type { ProxyKind } from '@anyhandler/core/events'
import type { JudgeOptions } from '@anyhandler/core/http'

/** What a function posts, and what the clients of some front doors see of it. */
export interface JudgeRow {
  readonly kinds: readonly ProxyKind[]
  /** JSON, unless it is a string: then it is these bytes. */
  readonly answer: unknown
  readonly options?: JudgeOptions
  readonly status: number
  readonly body?: string
  /** The content type that the client gets. */
  readonly type?: string
  readonly headers?: readonly (readonly [string, string])[]
  /** Part of a finding; without it there must be none. */
  readonly finding?: string | RegExp
  /** Where it was seen: the keys are those of docs/http.md. */
  readonly source: string
}

export const rest = ['rest'] as const
export const http1 = ['http-1.0'] as const
export const http = ['http'] as const
export const url = ['url'] as const
export const version2 = ['http', 'url'] as const
export const alb = ['alb', 'alb-multi'] as const
export const lattice = ['lattice', 'lattice-1'] as const
export const version1 = ['rest', 'http-1.0', ...alb, ...lattice, 'websocket'] as const
export const all = [...version1, ...version2] as const

export const restError = '{"message":"Internal server error"}'
export const httpError = '{"message":"Internal Server Error"}'
export const urlError = 'Internal Server Error'
export const text = 'text/plain; charset=utf-8'
export const json = 'application/json'
export const recorded = 'LS test_aws_proxy_response_payload_format_validation, recorded'
export const png = 'iVBORw0KGgo='
