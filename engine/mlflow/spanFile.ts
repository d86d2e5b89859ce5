import { isObject, writeJson } from './json';
import type { Json } from './json';
import { renderSpan } from './otlp';

/** The file with the spans of a trace as MLflow's page of traces and its clients know it. */
export const spanFile = (spans: readonly Uint8Array[]): string =>
  writeJson({ spans: spans.map(content => plainSpan(renderSpan(content))) });

type Members = Readonly<Record<string, Json | undefined>>;
const membersOf = (value: Json | undefined): Members => (isMembers(value) ? value : {});
const isMembers = (value: Json | undefined): value is Members => isObject(value);
const listOf = (value: Json | undefined): readonly Members[] => (isList(value) ? value.map(membersOf) : []);
const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

function plainSpan(rendered: Json): Json {
  const span = membersOf(rendered);
  const status = membersOf(span['status']);
  return {
    trace_id: span['trace_id'],
    span_id: span['span_id'],
    parent_span_id: span['parent_span_id'] ?? null,
    name: span['name'] ?? '',
    start_time_unix_nano: span['start_time_unix_nano'] ?? 0,
    end_time_unix_nano: span['end_time_unix_nano'] ?? null,
    events: listOf(span['events']).map(event => ({
      name: event['name'] ?? '',
      time_unix_nano: event['time_unix_nano'] ?? 0,
      attributes: attributesOf(event['attributes'], value => value),
    })),
    status: { code: status['code'] ?? 'STATUS_CODE_UNSET', message: status['message'] ?? '' },
    // MLflow keeps each attribute of a span as JSON text
    attributes: attributesOf(span['attributes'], writeJson),
  };
}

const attributesOf = (list: Json | undefined, written: (value: Json) => Json): Json =>
  Object.fromEntries(listOf(list).map(({ key, value }) => [text(key), written(plainValue(value))]));

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** A value of an attribute without the words for its type. */
function plainValue(value: Json | undefined): Json {
  const [kind, content] = Object.entries(membersOf(value))[0] ?? [];
  if (kind === undefined || content === undefined) return null;
  const { values } = membersOf(content);
  if (kind === 'array_value') return isList(values) ? values.map(plainValue) : [];
  if (kind === 'kvlist_value') return attributesOf(values, one => one);
  return content;
}
