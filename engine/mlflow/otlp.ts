import { traceId } from '../ids';
import type { Json } from './json';
import type { Span } from './ports';
import { WireReader } from './wire';

/** A message that holds messages that hold … in one request may not go on for ever. */
const MAX_DEPTH = 100;

type Read = (reader: WireReader, depth: number) => Json;

interface Field {
  readonly name: string;
  /** Wire type of its values. */
  readonly type: 0 | 1 | 2 | 5;
  readonly read: Read;
  readonly repeated?: boolean;
  /** What is left out when it is this: fields that were never set. */
  readonly empty?: Json;
}
type Message = Readonly<Record<number, Field>>;

const utf8 = new TextDecoder('utf-8');
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const textField = (name: string, empty?: Json): Field => ({
  name,
  type: 2,
  read: reader => utf8.decode(reader.delimited()),
  ...(empty !== undefined && { empty }),
});
const bytesField = (name: string, empty?: Json): Field => ({
  name,
  type: 2,
  read: reader => base64(reader.delimited()),
  ...(empty !== undefined && { empty }),
});
const countField = (name: string): Field => ({ name, type: 0, read: reader => Number(reader.varint()), empty: 0 });
const timeField = (name: string): Field => ({ name, type: 1, read: reader => narrow(reader.fixed64()), empty: 0 });
const flagsField = (name: string): Field => ({ name, type: 5, read: reader => reader.fixed32(), empty: 0 });
const enumField = (name: string, names: readonly string[]): Field => ({
  name,
  type: 0,
  read: reader => {
    const value = Number(reader.varint());
    return names[value] ?? value;
  },
  empty: names[0] ?? 0,
});
const messageField = (name: string, of: () => Message, repeated = false): Field => ({
  name,
  type: 2,
  repeated,
  read: (reader, depth) => readMessage(reader.delimited(), of(), depth + 1),
});

const narrow = (value: bigint): number | bigint =>
  value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;

// https://github.com/open-telemetry/opentelemetry-proto, common.proto and trace.proto
const ANY_VALUE: Message = {
  1: textField('string_value'),
  2: { name: 'bool_value', type: 0, read: reader => reader.varint() !== 0n },
  3: { name: 'int_value', type: 0, read: reader => narrow(BigInt.asIntN(64, reader.varint())) },
  4: { name: 'double_value', type: 1, read: reader => reader.double() },
  5: messageField('array_value', () => ARRAY),
  6: messageField('kvlist_value', () => LIST),
  7: bytesField('bytes_value'),
};
const ARRAY: Message = { 1: messageField('values', () => ANY_VALUE, true) };
const KEY_VALUE: Message = { 1: textField('key', ''), 2: messageField('value', () => ANY_VALUE) };
const LIST: Message = { 1: messageField('values', () => KEY_VALUE, true) };
const attributes = (field: number): Message => ({ [field]: messageField('attributes', () => KEY_VALUE, true) });
const EVENT: Message = {
  1: timeField('time_unix_nano'),
  2: textField('name', ''),
  ...attributes(3),
  4: countField('dropped_attributes_count'),
};
const LINK: Message = {
  1: bytesField('trace_id', ''),
  2: bytesField('span_id', ''),
  3: textField('trace_state', ''),
  ...attributes(4),
  5: countField('dropped_attributes_count'),
  6: flagsField('flags'),
};
const STATUS: Message = {
  2: textField('message', ''),
  3: enumField('code', ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR']),
};
const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'].map(kind => `SPAN_KIND_${kind}`);
const SPAN: Message = {
  1: bytesField('trace_id', ''),
  2: bytesField('span_id', ''),
  3: textField('trace_state', ''),
  4: bytesField('parent_span_id', ''),
  5: textField('name', ''),
  6: enumField('kind', KINDS),
  7: timeField('start_time_unix_nano'),
  8: timeField('end_time_unix_nano'),
  ...attributes(9),
  10: countField('dropped_attributes_count'),
  11: messageField('events', () => EVENT, true),
  12: countField('dropped_events_count'),
  13: messageField('links', () => LINK, true),
  14: countField('dropped_links_count'),
  15: messageField('status', () => STATUS),
  16: flagsField('flags'),
};

/** A span as JSON, with the names of its fields as they are in the protocol. */
export const renderSpan = (content: Uint8Array): Json => readMessage(content, SPAN, 0);

function readMessage(bytes: Uint8Array, message: Message, depth: number): Record<string, Json> {
  if (depth > MAX_DEPTH) throw new RangeError('The message is nested too deep.');
  const reader = new WireReader(bytes);
  const values = new Map<string, Json>();
  const lists = new Map<string, Json[]>();
  while (!reader.atEnd) {
    const { field, type } = reader.tag();
    const known = Object.hasOwn(message, field) ? message[field] : undefined;
    if (known?.type !== type) {
      reader.skip(type);
      continue;
    }
    const value = known.read(reader, depth);
    const list = lists.get(known.name);
    if (list !== undefined) list.push(value);
    else if (known.repeated === true) lists.set(known.name, [value]);
    else if (value !== known.empty) values.set(known.name, value);
    else values.delete(known.name);
  }
  return Object.fromEntries([...values, ...lists]);
}

/** The fields of one number, which are messages. */
function* parts(bytes: Uint8Array, wanted: number): Generator<Uint8Array> {
  const reader = new WireReader(bytes);
  while (!reader.atEnd) {
    const { field, type } = reader.tag();
    if (field === wanted && type === 2) yield reader.delimited();
    else reader.skip(type);
  }
}

/** A span that cannot be told from others. */
export class SpanWithoutIds extends RangeError {}

/**
 * The spans of an ExportTraceServiceRequest; undefined when it has no resource at all.
 * @throws RangeError when the bytes are none; SpanWithoutIds
 */
export function readSpans(request: Uint8Array): readonly Span[] | undefined {
  const spans: Span[] = [];
  let resources = 0;
  for (const resource of parts(request, 1)) {
    resources++;
    for (const scope of parts(resource, 2)) for (const content of parts(scope, 2)) spans.push(readSpan(content));
  }
  return resources === 0 ? undefined : spans;
}

function readSpan(content: Uint8Array): Span {
  const reader = new WireReader(content);
  let [trace, id, parent, name] = ['', '', '', ''];
  let [start, end] = [0n, 0n];
  let failed = false;
  while (!reader.atEnd) {
    const { field, type } = reader.tag();
    if (field === 1 && type === 2) trace = hex(reader.delimited());
    else if (field === 2 && type === 2) id = hex(reader.delimited());
    else if (field === 4 && type === 2) parent = hex(reader.delimited());
    else if (field === 5 && type === 2) name = utf8.decode(reader.delimited());
    else if (field === 7 && type === 1) start = reader.fixed64();
    else if (field === 8 && type === 1) end = reader.fixed64();
    else if (field === 15 && type === 2)
      failed = readMessage(reader.delimited(), STATUS, 0)['code'] === 'STATUS_CODE_ERROR';
    else reader.skip(type);
  }
  if (trace.length !== 32 || id.length !== 16) throw new SpanWithoutIds('A span lacks its ids.');
  renderSpan(content); // refused now rather than whenever it is read
  return {
    traceId: traceId(`tr-${trace}`),
    spanId: id,
    ...(parent !== '' && { parentId: parent }),
    name,
    startedAt: BigInt.asIntN(64, start),
    endedAt: BigInt.asIntN(64, end),
    failed,
    content: Uint8Array.from(content),
  };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
