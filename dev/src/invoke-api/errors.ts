import type { Exchange } from '../server/exchange.ts'

/** Lambda's own errors of an invocation: the SDKs make exceptions of these names. */
export type ErrorName =
  | 'ResourceNotFoundException'
  | 'InvalidRequestContentException'
  | 'InvalidParameterValueException'
  | 'RequestTooLargeException'
  | 'AccessDeniedException'
  | 'UnknownOperationException'

const statuses: Readonly<Record<ErrorName, number>> = {
  ResourceNotFoundException: 404,
  InvalidRequestContentException: 400,
  InvalidParameterValueException: 400,
  RequestTooLargeException: 413,
  AccessDeniedException: 403,
  UnknownOperationException: 404,
}

/** A request that the service turns down before any function has it. */
export class InvokeError extends Error {
  override readonly name = 'InvokeError'
  readonly type: ErrorName

  constructor(type: ErrorName, message: string) {
    super(message)
    this.type = type
  }
}

export function replyWithError(exchange: Exchange, requestId: string, { type, message }: InvokeError): void {
  // Both spellings of the key: the SDKs read one or the other, by their age.
  exchange.json(statuses[type], { Type: 'User', Message: message, message }, [
    ['x-amzn-ErrorType', type],
    ['x-amzn-RequestId', requestId],
  ])
}
