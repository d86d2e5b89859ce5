import path from 'node:path';
import { ModelyardError } from '../../errors';
import type { DataFormat } from '../../protocol/data';
import type { Frame } from '../../protocol/frame';
import type { DatasetSource } from '../../protocol/jobs';
import { cellText, findColumn } from '../columns';
import { placedExamples, shown, type Counterexample } from './examples';
import { decisions, directedScores } from './scoring';
import type { Subject, Tester } from './subject';
import { counted, nounOf } from '../../plural';

/** Scores the rows of a file and compares with what it says they should be: a score, or a class. */
export const golden: Tester<'golden'> = async ({ path: file, column: name, tolerance }, subject) => {
  const source = goldenSource(file, subject.source);
  const frame = await subject.data.readFrame(source, subject.signal);
  if (frame.rows === 0) throw new ModelyardError('data.empty', `${file} has no rows.`);
  const expected = findColumn(frame, name, { role: 'what golden rows expect' });
  const rows = Array.from({ length: frame.rows }, (_, row) => row);
  const found: Counterexample[] = [];
  if (expected.kind === 'number') {
    const scores = await directedScores(subject, typed(frame, subject));
    for (const row of rows) {
      const [wanted, score] = [expected.values[row]!, scores[row]!];
      const size = Math.abs(wanted - score);
      if (size <= tolerance) continue; // NaN is neither
      found.push({
        row,
        size: Number.isNaN(size) ? Infinity : size,
        what: `expected ${shown(wanted)}, scored ${shown(score)}`,
      });
    }
  } else {
    const { classes } = subject.model.preparation;
    const given = await decisions(subject, typed(frame, subject));
    for (const row of rows) {
      const [wanted, decided] = [cellText(expected, row), classes[given[row]!]];
      if (wanted !== decided)
        found.push({ row, size: 1, what: `expected ${wanted ?? 'nothing'}, decided ${decided ?? shown(given[row]!)}` });
    }
  }
  return {
    value: found.length / frame.rows,
    rows: frame.rows,
    examples: await placedExamples(found, { ...subject, source }),
    sentence: `${found.length} of ${counted(frame.rows, 'row')} of ${file} ${nounOf(found.length, 'is', 'are')} not scored as expected`,
  };
};

/** Read as the data is: what counts as missing there, does here. */
function goldenSource(file: string, { path: own, root, missing }: DatasetSource): DatasetSource {
  const folder = root ?? path.dirname(own);
  return {
    name: `golden rows ${file}`,
    path: path.resolve(folder, file),
    root: folder,
    file,
    format: formatOf(file),
    missing,
    expect: [],
  };
}

function formatOf(file: string): DataFormat {
  if (file.endsWith('.parquet')) return 'parquet';
  return /\.(jsonl|ndjson)$/.test(file) ? 'jsonl' : 'csv';
}

/** A column of few rows may look like numbers where the data has texts. */
function typed(frame: Frame, { model }: Subject): Frame {
  const kinds = new Map(model.preparation.columns.map(({ name, kind, type }) => [name, { kind, type }]));
  return {
    ...frame,
    columns: frame.columns.map(column => {
      const wanted = kinds.get(column.name);
      if (wanted === undefined || wanted.kind === column.kind) return column;
      if (wanted.kind === 'number')
        throw new ModelyardError(
          'data.column',
          `${column.name} holds texts in the golden rows, and the model takes numbers.`,
        );
      const texts = Array.from({ length: frame.rows }, (_, row) => cellText(column, row));
      const categories = [...new Set(texts.filter(text => text !== undefined))];
      const codes = Int32Array.from(texts, text => (text === undefined ? -1 : categories.indexOf(text)));
      return { kind: 'text', name: column.name, type: wanted.type, codes, categories };
    }),
  };
}
