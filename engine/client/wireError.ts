import * as v from 'valibot';
import { ErrorCodes, ResponseError } from 'vscode-jsonrpc/node';
import { ModelyardError } from '../errors';
import type { ErrorCode, WireError } from '../protocol/errors';

/** Every code once: the compiler says when one is missing. */
const known: Readonly<Record<ErrorCode, true>> = {
  'params.invalid': true,
  'not-found': true,
  conflict: true,
  cancelled: true,
  untrusted: true,
  'config.missing': true,
  'config.invalid': true,
  'data.missing': true,
  'data.unreadable': true,
  'data.empty': true,
  'data.column': true,
  'data.expectation': true,
  'training.label': true,
  'training.numeric': true,
  'training.parity': true,
  'step.failed': true,
  'step.timeout': true,
  'gate.failed': true,
  'store.full': true,
  'store.readonly': true,
  'store.corrupt': true,
  'store.foreign': true,
  'store.newer': true,
  'store.failed': true,
  'engine.unreachable': true,
  'engine.refused': true,
  'engine.version': true,
  internal: true,
};
const isErrorCode = (text: unknown): text is ErrorCode => typeof text === 'string' && Object.hasOwn(known, text);

const position = v.exactOptional(v.number());
const schema = v.object({
  code: v.custom<ErrorCode>(isErrorCode),
  message: v.string(),
  place: v.exactOptional(
    v.object({
      file: v.string(),
      line: position,
      column: position,
      endLine: position,
      endColumn: position,
      key: v.exactOptional(v.string()),
    }),
  ),
  fix: v.exactOptional(v.string()),
  data: v.exactOptional(v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.null()]))),
});

/** Checks an error that came over a wire; undefined when it is none. */
export function parseWireError(value: unknown): WireError | undefined {
  const parsed = v.safeParse(schema, value);
  return parsed.success ? parsed.output : undefined;
}

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
