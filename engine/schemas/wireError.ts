import * as v from 'valibot';
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
  'data.check': true,
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
  'remote.unreachable': true,
  'remote.refused': true,
  internal: true,
};
const isErrorCode = (text: unknown): text is ErrorCode => typeof text === 'string' && Object.hasOwn(known, text);

const position = v.exactOptional(v.number());
export const placeSchema = v.object({
  file: v.string(),
  line: position,
  column: position,
  endLine: position,
  endColumn: position,
  key: v.exactOptional(v.string()),
});

/** An error as JSON: over a wire, from a child process, out of the database. */
export const wireErrorSchema = v.object({
  code: v.custom<ErrorCode>(isErrorCode),
  message: v.string(),
  place: v.exactOptional(placeSchema),
  config: v.exactOptional(placeSchema),
  fix: v.exactOptional(v.string()),
  data: v.exactOptional(v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.null()]))),
});

/** Checks an error that came over a wire; undefined when it is none. */
export function parseWireError(value: unknown): WireError | undefined {
  const parsed = v.safeParse(wireErrorSchema, value);
  return parsed.success ? parsed.output : undefined;
}
