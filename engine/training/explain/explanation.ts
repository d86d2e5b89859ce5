import type { ExplainedColumn, Explanation, ExplanationSample } from '../../protocol/explanation';
import type { Frame } from '../../protocol/frame';
import { cellText, findColumn, modelInput } from '../columns';
import type { Matrix } from '../learner';
import type { Model } from '../model';
import type { Preparation } from '../preparation';
import type { Random } from '../../random';
import { transformRows } from '../transform';
import { byColumn, type Contributions } from './contributions';
import { countedOn, hasCovers } from './covers';
import { columnMeans, linearContributions, linearLayer } from './linearShap';
import { treeContributions, treeWork } from './treeShap';

/** Rows that are explained when nobody asks for more, and steps of trees: a few seconds. */
const usualRows = 1_000;
const usualWork = 4e8;
const fewestRows = 50;
/** Training rows for the means of a linear model, or for how often branches are taken where a model does not say. */
const meanRows = 50_000;
/** Columns and numbers of the sample, at most. */
const sampleColumns = 30;
const sampleRows = 200;
const sampleNumbers = 40_000;

export interface ToExplain {
  readonly model: Model;
  readonly preparation: Preparation;
  readonly frame: Frame;
  readonly train: readonly number[];
  readonly test: readonly number[];
  /** Rows to explain, at most. Absent: up to 1,000, fewer when trees are many and large. */
  readonly most?: number;
  readonly random: Random;
}

/** The contributions of some rows of the test part, by column. */
export interface Explained {
  readonly explanation: Explanation;
  /** Rows of the data file, ascending. */
  readonly rows: readonly number[];
  readonly contributions: Contributions;
}

/** What a class is, or the label of a regression: the name of each output that is explained or drawn. */
export const outputNames = ({ task, classes, label }: Preparation): readonly string[] =>
  task === 'regression' ? [label.name] : task === 'binary' ? classes.slice(1) : classes;

/**
 * Shapley values of rows of the test part, by column of the data: those of the features made of a column are added up.
 * @returns undefined for a neural network, whose values could only be estimated
 * @throws ModelyardError `data.column`, `cancelled`
 */
export async function explain(what: ToExplain, signal: AbortSignal): Promise<Explained | undefined> {
  const { model, preparation, frame, train } = what;
  const layer = model.kind === 'dense' ? linearLayer(model) : undefined;
  if (model.kind === 'dense' && !layer) return undefined;
  const rows = chosenRows(what);
  const x = transformRows(preparation, frame, rows);
  const found =
    model.kind === 'trees'
      ? await treeContributions(
          hasCovers(model) ? model : countedOn(model, background(preparation, frame, train)),
          x,
          signal,
        )
      : layer && linearContributions(layer, x, columnMeans(background(preparation, frame, train)));
  if (!found) return undefined;
  const widths = preparation.columns.map(({ features }) => features.length);
  const contributions = byColumn(found, widths);
  const names = outputNames(preparation);
  const columns = ranked(contributions, preparation);
  return {
    rows,
    contributions,
    explanation: {
      method: model.kind === 'trees' ? 'tree-shap' : 'linear-shap',
      unit: model.link === 'identity' ? 'value' : model.link === 'share' ? 'probability' : 'log-odds',
      rows: rows.length,
      outputs: Array.from(contributions.expected, (expected, at) => ({ name: names[at] ?? String(at), expected })),
      columns,
      sample: sampleOf({ contributions, preparation, frame, rows, columns }),
    },
  };
}

function chosenRows({ model, test, most, random }: ToExplain): readonly number[] {
  const affordable =
    model.kind === 'trees' ? Math.max(fewestRows, Math.floor(usualWork / Math.max(1, treeWork(model)))) : usualRows;
  const rows = Math.min(test.length, most ?? Math.min(usualRows, affordable));
  if (rows === test.length) return test;
  return Array.from(random.permutation(test.length).subarray(0, rows).sort(), at => test[at]!);
}

function background(preparation: Preparation, frame: Frame, train: readonly number[]): Matrix {
  const every = Math.ceil(train.length / meanRows);
  const rows = train.filter((_, at) => at % every === 0);
  return transformRows(preparation, frame, rows);
}

function ranked(contributions: Contributions, { columns }: Preparation): ExplainedColumn[] {
  const { rows, outputs, features, values } = contributions;
  const sums = new Float64Array(outputs * features);
  for (let at = 0; at < values.length; at++) sums[at % sums.length]! += Math.abs(values[at]!);
  const means = columns.map(({ name }, feature) => ({
    column: name,
    meanAbsolute: Array.from({ length: outputs }, (_, output) => sums[output * features + feature]! / rows),
  }));
  const total = ({ meanAbsolute }: ExplainedColumn): number => meanAbsolute.reduce((sum, value) => sum + value, 0);
  return means.sort((a, b) => total(b) - total(a));
}

function sampleOf(of: {
  readonly contributions: Contributions;
  readonly preparation: Preparation;
  readonly frame: Frame;
  readonly rows: readonly number[];
  readonly columns: readonly ExplainedColumn[];
}): ExplanationSample {
  const { contributions, preparation, frame, rows, columns } = of;
  const { outputs, features, values, expected } = contributions;
  const listed = columns.slice(0, sampleColumns).map(({ column }) => column);
  const length = Math.min(rows.length, sampleRows, Math.ceil(sampleNumbers / (outputs * listed.length || 1)));
  const taken = Array.from({ length }, (_, i) => Math.floor((i * rows.length) / length));
  const index = new Map(preparation.columns.map(({ name }, at) => [name, at]));
  const each = (of: (row: number, output: number) => number): number[][] =>
    Array.from({ length: outputs }, (_, output) => taken.map(row => of(row, output)));
  const value = (row: number, output: number, feature: number): number =>
    values[(row * outputs + output) * features + feature]!;
  const sumOf = (wanted: readonly number[], row: number, output: number): number =>
    wanted.reduce((sum, feature) => sum + value(row, output, feature), 0);
  const all = preparation.columns.map((_, at) => at);
  const inList = new Set(listed.map(name => index.get(name)));
  const unlisted = all.filter(at => !inList.has(at));
  return {
    rows: taken.map(at => rows[at]!),
    margins: each((row, output) => sumOf(all, row, output) + expected[output]!),
    columns: listed.map(name => ({
      column: name,
      values: taken.map(at => cell(frame, name, rows[at]!)),
      contributions: each((row, output) => value(row, output, index.get(name)!)),
    })),
    others: each((row, output) => sumOf(unlisted, row, output)),
  };
}

function cell(frame: Frame, name: string, row: number): string | number | null {
  const column = findColumn(frame, name, modelInput);
  if (column.kind === 'text') return cellText(column, row) ?? null;
  const value = column.values[row]!;
  return Number.isFinite(value) ? value : null;
}
