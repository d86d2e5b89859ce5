import { readdir, stat } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { dataFiles } from '../../dataFiles';
import { ModelyardError } from '../../errors';
import { leadsOut } from '../../paths';
import { sourceOf, type Column, type ReadColumns } from '../columns';
import { referenceOf } from '../grammar/facts';
import type { Names } from '../named';
import type { Reading } from '../parse';
import { didYouMean, listed, suggest } from '../suggest';
import type { Problem } from '../yaml/problem';
import { child, dotted, textOf } from '../yaml/tree';
import { conditionSites, within, type ReadCondition } from './conditions';
import { joinedColumns } from './features/joinedColumns';
import { madeByStep, madeDatasets } from './features/madeDatasets';
import { featureDataProblems } from './features/dataProblems';
import { environmentProblems } from './environments';
import { scopeOf } from './references';

export interface DataCheck {
  readonly root: string;
  readonly reading: Reading;
  readonly columns: ReadColumns;
  readonly readCondition?: ReadCondition;
}

/** What only the data can tell: files that are missing, columns that are named but not in the data. */
export async function dataProblems(check: DataCheck): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const known = new Map<string, readonly Column[]>();
  const isMade = madeByStep(check.reading.names);
  for (const named of check.reading.names.datasets.values()) {
    const source = sourceOf(check.root, named);
    const path = child(named.node, 'path');
    if (!source || !path) continue;
    const base = { start: path.start, end: path.end, key: `datasets.${named.name}.path` };
    const file = textOf(path) ?? '';
    const wrong = (await outside(check.root, file)) ?? (await missingFile(check.root, file));
    if (wrong?.code === 'missing-file' && isMade(named.name, file)) continue;
    if (wrong) {
      problems.push({ ...base, ...wrong });
      continue;
    }
    try {
      const columns = await check.columns(source);
      if (columns) known.set(named.name, columns);
    } catch (error) {
      if (!(error instanceof ModelyardError)) throw error;
      const code = error.code === 'data.missing' ? 'missing-file' : 'unreadable-file';
      problems.push({ ...base, code, message: error.message });
    }
  }
  for (const { step, dataset } of madeDatasets(check.reading.names)) {
    const columns = known.has(dataset) ? undefined : joinedColumns(step, check.reading.names, known);
    if (columns) known.set(dataset, columns);
  }
  const files = await environmentProblems(check.root, check.reading, path => similarFile(check.root, path));
  const features = featureDataProblems(check.reading.names, known);
  return [...problems, ...columnProblems(check, known), ...features, ...files];
}

type Finding = Pick<Problem, 'code' | 'message' | 'suggestion'>;

async function outside(root: string, path: string): Promise<Finding | undefined> {
  const target = await leadsOut(root, path);
  if (target === undefined) return undefined;
  return { code: 'bad-path', message: `\`${path}\` leads out of the workspace folder, to \`${target}\`.` };
}

async function missingFile(root: string, path: string): Promise<Finding | undefined> {
  try {
    const several = await dataFiles(join(root, path), new AbortController().signal);
    if (several) {
      if (several.names.length > 0) return undefined;
      return { code: 'missing-file', message: `There is no file with data in \`${path}\`.` };
    }
    await stat(join(root, path));
    return undefined;
  } catch (error) {
    if (error instanceof ModelyardError) return { code: 'unreadable-file', message: error.message };
    const suggestion = await similarFile(root, path);
    const message = `There is no file \`${path}\` in the workspace.${didYouMean(suggestion)}`;
    return { code: 'missing-file', message, ...(suggestion !== undefined && { suggestion }) };
  }
}

async function similarFile(root: string, path: string): Promise<string | undefined> {
  try {
    const names = await readdir(dirname(join(root, path)));
    const found = suggest(posix.basename(path), names.slice(0, 1000));
    return found === undefined ? undefined : posix.join(posix.dirname(path), found);
  } catch {
    return undefined;
  }
}

function columnProblems(check: DataCheck, known: ReadonlyMap<string, readonly Column[]>): readonly Problem[] {
  return [...namedColumns(check)].flatMap(({ column, dataset, start, end, key, needsNumbers }): Problem[] => {
    const found = known.get(dataset);
    const columns = found?.map(one => one.name);
    if (!columns) return [];
    if (columns.includes(column)) {
      const type = found?.find(one => one.name === column)?.type;
      if (needsNumbers !== true || (type !== 'string' && type !== 'boolean')) return [];
      const message = `\`${column}\` holds ${type === 'string' ? 'text' : 'true and false'}, which has no order to rise or fall by.`;
      return [{ start, end, key, code: 'no-numbers', message }];
    }
    const suggestion = suggest(column, columns);
    const others = suggestion === undefined ? ` It has ${listed(columns, 'and')}.` : didYouMean(suggestion);
    const message = `Dataset \`${dataset}\` has no column \`${column}\`.${others}`;
    return [{ start, end, key, code: 'unknown-column', message, ...(suggestion !== undefined && { suggestion }) }];
  });
}

interface NamedColumn extends Pick<Problem, 'start' | 'end' | 'key'> {
  readonly column: string;
  readonly dataset: string;
  readonly needsNumbers?: boolean;
}

/** Every place that names a column whose dataset is known. */
function* namedColumns({ reading, readCondition }: DataCheck): Generator<NamedColumn> {
  const { names, sites } = reading;
  for (const { path, node, schema, keySchema, entry } of sites) {
    const dataset = scopeOf(names, path).dataset;
    if (dataset === undefined) continue;
    // a feature that is another column is called as it likes
    if (keySchema && entry && referenceOf(keySchema) === 'column' && !child(node, 'column')) {
      const needsNumbers = path.at(-2) === 'monotone';
      yield { ...entry.keySpan, key: dotted(path), column: entry.key, dataset, needsNumbers };
    }
    const column = textOf(node);
    if (column !== undefined && column !== '' && isColumn(schema)) {
      yield { start: node.start, end: node.end, key: dotted(path), column, dataset };
    }
  }
  if (readCondition) yield* columnsOfConditions(reading, names, readCondition);
}

const isColumn = (schema: Reading['sites'][number]['schema']): boolean => referenceOf(schema) === 'column';

function* columnsOfConditions(reading: Reading, names: Names, read: ReadCondition): Generator<NamedColumn> {
  for (const { site, node, text } of conditionSites(reading.sites)) {
    const dataset = scopeOf(names, site.path).dataset;
    if (dataset === undefined) continue;
    for (const column of columnsOf(text, read)) {
      const at = text.indexOf(column);
      const span = at < 0 ? node : within(node, text, { start: at, end: at + column.length });
      yield { start: span.start, end: span.end, key: dotted(site.path), column, dataset };
    }
  }
}

/** A condition that cannot be read has been reported as such. */
function columnsOf(text: string, read: ReadCondition): readonly string[] {
  try {
    return read(text).columns;
  } catch {
    return [];
  }
}
