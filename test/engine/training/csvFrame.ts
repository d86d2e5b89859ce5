import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { parseCondition } from '../../../engine/data/condition';
import { bindCondition } from '../../../engine/data/condition/bindCondition';
import type { DataAccess, Frame, FrameColumn } from '../../../engine/protocol/frame';

/** A small CSV as a frame: numbers where every value is one, else text; empty: missing. */
export function csvFrame(text: string): Frame {
  const [header = [], ...rows]: string[][] = parse(text);
  return {
    rows: rows.length,
    columns: header.map((name, i) =>
      column(
        name,
        rows.map(row => row[i] ?? ''),
      ),
    ),
  };
}

export const readCsvFrame = (path: string): Frame => csvFrame(readFileSync(path, 'utf8'));

export const germanPath = 'samples/credit-scoring/data/german_credit.csv';
export const taiwanPath = 'test/fixtures/training/taiwan_credit_3000.csv';

export function column(name: string, values: readonly string[]): FrameColumn {
  const present = values.filter(value => value !== '');
  if (present.length > 0 && present.every(value => !Number.isNaN(Number(value)))) {
    const numbers = Float64Array.from(values, value => (value === '' ? NaN : Number(value)));
    return {
      kind: 'number',
      name,
      type: present.every(value => /^-?\d+$/.test(value)) ? 'integer' : 'number',
      values: numbers,
    };
  }
  const categories = [...new Set(present)];
  const type = categories.every(value => value === 'true' || value === 'false') ? 'boolean' : 'string';
  return { kind: 'text', name, type, codes: Int32Array.from(values, value => categories.indexOf(value)), categories };
}

export const allRows = (frame: Frame): number[] => Array.from({ length: frame.rows }, (_, i) => i);

/** Reads CSV, with the product's own conditions. */
export const csvAccess: DataAccess = {
  readFrame: source => Promise.resolve(readCsvFrame(source.path)),
  lineOf: (_, row) => Promise.resolve(row + 2),
  condition: (text, frame) => bindCondition(parseCondition(text), frame),
};
