import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readSpans, renderSpan } from '../../../engine/mlflow/otlp';
import { spanFile } from '../../../engine/mlflow/spanFile';

/** A request that Google's protocol buffers for Python wrote, and the JSON it makes of its spans. */
const fixture = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../fixtures/mlflow/otlpSpans.json'), 'utf8'),
) as { request: string; spans: object[] };
const request = Buffer.from(fixture.request, 'base64');

/** Google writes 64-bit integers as text, MLflow as numbers. */
const WIDE = ['start_time_unix_nano', 'end_time_unix_nano', 'time_unix_nano', 'int_value'];
const asGoogle = (value: unknown, key = ''): unknown => {
  if (Array.isArray(value)) return value.map(one => asGoogle(one));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, asGoogle(one, name)]));
  return WIDE.includes(key) ? String(value) : value;
};

test('spans are read as Google reads them', () => {
  const spans = readSpans(request) ?? [];
  expect(spans.map(({ content }) => asGoogle(renderSpan(content)))).toEqual(fixture.spans);
  expect(spans).toMatchObject([
    {
      traceId: 'tr-000102030405060708090a0b0c0d0e0f',
      spanId: '0001020304050607',
      name: 'wurzel ü',
      startedAt: 1700000000123456789n,
      endedAt: 1700000001123456789n,
      failed: true,
    },
    { spanId: '0909090909090909', parentId: '0001020304050607', name: 'child', failed: false },
  ]);
  expect(spans[0]).not.toHaveProperty('parentId');
});

test('the file of spans has plain values', () => {
  const text = spanFile((readSpans(request) ?? []).map(({ content }) => content));
  expect(text).toContain('"start_time_unix_nano":1700000000123456789');
  expect(JSON.parse(text)).toMatchObject({
    spans: [
      {
        parent_span_id: null,
        status: { code: 'STATUS_CODE_ERROR', message: 'broken' },
        attributes: {
          text: '"a"',
          no: 'false',
          big: '4611686018427387905',
          none: 'null',
          list: '[0,"x"]',
          nolist: '[]',
          map: '{"k":{"deep":null}}',
        },
        events: [{ name: 'ev', attributes: { k: 'v' } }],
      },
      { parent_span_id: 'AAECAwQFBgc=', status: { code: 'STATUS_CODE_OK', message: '' }, events: [], attributes: {} },
    ],
  });
});

test('bytes that end anywhere, or are anything, are refused or read, never more', () => {
  for (let end = 1; end < request.length; end++)
    expect(() => readSpans(request.subarray(0, end)), `${end} bytes`).toThrow(RangeError);
  for (let at = 0; at < request.length; at++) {
    const damaged = Buffer.from(request);
    damaged[at] = 255 - (damaged[at] ?? 0);
    try {
      readSpans(damaged);
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError);
    }
  }
  expect(readSpans(new Uint8Array())).toBeUndefined();
});

test('a message within a message within … is refused', () => {
  const wrap = (field: number, content: Buffer): Buffer => {
    const length: number[] = [];
    for (let rest = content.length; ; rest >>>= 7) {
      length.push(rest > 127 ? (rest & 127) | 128 : rest);
      if (rest <= 127) break;
    }
    return Buffer.concat([Buffer.from([field * 8 + 2, ...length]), content]);
  };
  let value: Buffer = Buffer.alloc(0);
  for (let depth = 0; depth < 200; depth++) value = wrap(5, wrap(1, value));
  const ids = Buffer.concat([wrap(1, Buffer.alloc(16, 1)), wrap(2, Buffer.alloc(8, 1))]);
  const span = Buffer.concat([ids, wrap(9, wrap(2, value))]);
  expect(() => readSpans(wrap(1, wrap(2, wrap(2, span))))).toThrow('nested too deep');
});
