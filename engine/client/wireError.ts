import { ErrorCodes, ResponseError } from 'vscode-jsonrpc/node';
import { ModelyardError } from '../errors';
import type { ErrorCode, WireError } from '../protocol/errors';
import { parseWireError } from '../schemas/wireError';

/** The error of a JSON-RPC response as the engine threw it. */
export function fromResponse(error: unknown): ModelyardError {
  if (error instanceof ModelyardError) return error;
  const wire = error instanceof ResponseError ? parseWireError(error.data) : undefined;
  if (wire) return ModelyardError.fromWire(wire);
  const message = error instanceof Error ? error.message : String(error);
  return new ModelyardError('internal', `The engine's answer was not understood: ${message}`, { cause: error });
}

/** An error as a JSON-RPC response. */
export function toResponse(wire: WireError): ResponseError<WireError> {
  const codes: Partial<Record<ErrorCode, number>> = {
    'params.invalid': ErrorCodes.InvalidParams,
    internal: ErrorCodes.InternalError,
    cancelled: -32800,
  };
  return new ResponseError(codes[wire.code] ?? -32000, wire.message, wire);
}
