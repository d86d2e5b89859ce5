import { createHash } from 'node:crypto';
import path from 'node:path';
import { runId } from '../../../ids';
import type { RunId } from '../../../protocol/ids';
import type { RunStatus } from '../../../protocol/tracking';
import { PointBuffer } from '../../content/points';
import type { PointColumns } from '../../content/points';
import { problemOf, unreadable } from '../failures';
import { pythonFloat } from '../numbers';
import { withExperiment } from '../source';
import type { ReadOptions, SourceItem, SourceReader, SourceRun } from '../source';
import type { Columns } from './columns';
import { NumericColumns, readColumns } from './columns';
import type { CsvRow } from './rows';
import { csvRows } from './rows';
import { durationOf, timeOf } from './times';
import { counted } from '../../../plural';

/** A table of runs: one row each, with the last value of every metric. */
export async function openCsv({ source }: ReadOptions): Promise<SourceReader> {
  const { header, total, numeric, experimentIds } = await look(source);
  const columns = readColumns(header, column => numeric.has(column));
  if (!columns.roles.some(({ is }) => is === 'metric' || is === 'param'))
    throw unreadable(source, 'it has no column of parameters or metrics', {
      line: 1,
      fix: 'Write the table with mlflow.search_runs().to_csv(FILE), or name columns params.NAME and metrics.NAME.',
    });
  const table: Table = { file: source, header, columns, severalExperiments: experimentIds > 1 };
  return { total, items: () => items(table) };
}

interface Table {
  readonly file: string;
  readonly header: readonly string[];
  readonly columns: Columns;
  readonly severalExperiments: boolean;
}

/** Reads the table once, for what no single row tells. */
async function look(file: string) {
  const numeric = new NumericColumns();
  const ids = new Set<string>();
  let header: readonly string[] | undefined;
  let total = 0;
  try {
    for await (const { cells } of csvRows(file)) {
      if (header === undefined) {
        header = cells.map(cell => cell.trim());
        continue;
      }
      total++;
      numeric.add(cells);
      const id = cells[header.indexOf('experiment_id')];
      if (id !== undefined) ids.add(id);
    }
  } catch (error) {
    problemOf(error); // a broken row is said when it is read as a run
  }
  if (header === undefined) throw unreadable(file, 'it is empty');
  return { header, total, numeric, experimentIds: ids.size };
}

async function* items(table: Table): AsyncGenerator<SourceItem> {
  const { file, header, columns } = table;
  if (columns.note !== undefined) yield { type: 'note', text: columns.note };
  let isHeader = true;
  const said = new Set<string>();
  try {
    for await (const row of csvRows(file)) {
      if (isHeader) {
        isHeader = false;
        continue;
      }
      try {
        if (row.cells.length !== header.length)
          throw unreadable(file, `the row has ${counted(row.cells.length, 'cell')}, the header ${header.length}`, {
            line: row.line,
          });
        yield* withExperiment(readRow(table, row), said);
      } catch (error) {
        yield { type: 'broken', problem: problemOf(error) };
      }
    }
  } catch (error) {
    yield { type: 'broken', problem: problemOf(error) };
  }
}

/** Cells by what they are. */
class Cells {
  readonly metrics = new Map<string, number>();
  readonly params = new Map<string, string>();
  readonly tags = new Map<string, string>();
  private readonly known = new Map<string, string>();

  constructor({ file, columns }: Table, { cells, line }: CsvRow) {
    cells.forEach((cell, column) => {
      const role = columns.roles[column];
      if (cell === '' || role === undefined || role.is === 'ignored') return;
      if (!('key' in role)) this.known.set(role.is, cell);
      else if (role.is !== 'metric') (role.is === 'param' ? this.params : this.tags).set(role.key, cell);
      else {
        const value = pythonFloat(cell);
        if (value === undefined)
          throw unreadable(file, `the metric ${role.key} is ${JSON.stringify(cell.slice(0, 40))}, not a number`, {
            line,
          });
        this.metrics.set(role.key, value);
      }
    });
  }

  get(name: string): string | undefined {
    return this.known.get(name);
  }
}

function readRow(table: Table, row: CsvRow): SourceRun {
  const { file } = table;
  const cells = new Cells(table, row);
  const time = (name: string): number | undefined => {
    const text = cells.get(name);
    const value = text === undefined ? undefined : timeOf(text);
    if (text !== undefined && value === undefined)
      throw unreadable(file, `${JSON.stringify(text.slice(0, 40))} is not a time`, { line: row.line });
    return value;
  };
  const startedAt = time('start') ?? time('end') ?? 0;
  const duration = durationOf(cells.get('duration') ?? '');
  const endedAt = time('end') ?? (duration === undefined ? undefined : startedAt + duration);
  const id = idOf(cells.get('id'), table, row);
  const name = cells.get('name') ?? cells.tags.get('mlflow.runName') ?? id.slice(0, 8);
  const user = cells.get('user') ?? cells.tags.get('mlflow.user') ?? '';
  const status = cells.get('status') ?? 'FINISHED';
  if (!isStatus(status))
    throw unreadable(file, `${JSON.stringify(status)} is not a status of a run`, { line: row.line });
  cells.tags.set('mlflow.runName', name);
  if (user !== '') cells.tags.set('mlflow.user', user);
  return {
    facts: {
      id,
      experiment: experimentOf(table, cells),
      name,
      status,
      user,
      startedAt,
      ...(endedAt !== undefined && { endedAt }),
      lifecycle: 'active',
      params: Object.fromEntries(cells.params),
      tags: Object.fromEntries(cells.tags),
      inputs: [],
    },
    artifacts: [],
    problems: [],
    // a table does not tell when a value was measured: at the end, as far as that is known
    points: () => pointsOf(cells.metrics, BigInt(endedAt ?? startedAt)),
  };
}

function* pointsOf(metrics: ReadonlyMap<string, number>, time: bigint): Generator<PointColumns> {
  for (const [key, value] of metrics) {
    const buffer = new PointBuffer(key);
    buffer.add(0n, time, value);
    yield buffer.take();
  }
}

/** A row without an id has one made of what it says: the same row is the same run when it comes again. */
function idOf(text: string | undefined, { file, header }: Table, { cells, line }: CsvRow): RunId {
  if (text === undefined)
    return runId(
      createHash('sha256')
        .update(JSON.stringify([header, cells]))
        .digest('hex')
        .slice(0, 32),
    );
  try {
    return runId(text);
  } catch {
    throw unreadable(file, `${JSON.stringify(text.slice(0, 80))} is not the id of a run`, { line });
  }
}

function experimentOf({ file, severalExperiments }: Table, cells: Cells): string {
  const base = path.basename(file).replace(/\.[^.]+$/, '');
  const id = cells.get('experimentId');
  return cells.get('experimentName') ?? (severalExperiments && id !== undefined ? `${base} ${id}` : base);
}

const isStatus = (text: string): text is RunStatus =>
  ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'].includes(text);
