import type { DatasetSource } from '../../protocol/jobs';
import type { Expectation } from '../../protocol/expectations';
import { ModelyardError } from '../../errors';
import { declaredTypes } from '../declaredTypes';
import type { Check, CheckOptions } from './check';
import { checkMemory, type CheckMemory } from './checkMemory';
import { aggregateChecks } from './build/aggregates';
import { rowChecks } from './build/rows';
import { tableChecks } from './build/tables';
import { valueChecks } from './build/values';
import type { References } from './references';
import { UniqueCheck } from './uniqueCheck';
import { RowCondition, WhereCheck } from './whereCheck';

export interface BuildOptions {
  /** ms since 1970 */
  readonly now: number;
  readonly references: References;
  /** Failing rows that are kept of each check; default 100. */
  readonly keep?: number;
  /** Index of the one rule that is wanted. */
  readonly only?: number;
  /** Folder for what does not fit into the memory; default: that of the system. */
  readonly scratch?: string;
  /** Default: shared out among the rules. */
  readonly memory?: CheckMemory;
}

/** A check with the place of its rule in `expect:`. */
export interface BuiltCheck {
  readonly index: number;
  readonly check: Check;
}

/**
 * The checks of each rule of `expect:`, in its order.
 * @throws ModelyardError `config.invalid` for a rule that makes no sense, with `data.expect`, its index
 */
export function buildChecks(source: DatasetSource, options: BuildOptions): readonly BuiltCheck[] {
  const { keep, only } = options;
  const wanted = source.expect.filter((_, index) => only === undefined || only === index);
  const memory = options.memory ?? checkMemory(wanted, options.scratch);
  return source.expect.flatMap((expectation, index) => {
    if (only !== undefined && only !== index) return [];
    const rule: CheckOptions = {
      dataset: source.name,
      index,
      expectation,
      memory,
      ...(keep !== undefined && { keep }),
    };
    return placed(rule, () => checksOf(rule, source, options)).map(check => ({ index, check }));
  });
}

/** What the rules of `expect:` are called, without any data. @throws ModelyardError `config.invalid` */
export function ruleNames(source: DatasetSource): readonly { readonly index: number; readonly rule: string }[] {
  const nothing = { rows: 0, modifiedAt: 0, columns: [], digest: '', profile: [] };
  return buildChecks(source, { now: 0, references: new Map() }).map(({ index, check }) => ({
    index,
    rule: check.finish(nothing).rule,
  }));
}

/** What a rule does, its errors with the rule's place. @throws ModelyardError */
function placed<T>({ dataset, index }: Pick<CheckOptions, 'dataset' | 'index'>, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw placedError({ dataset, index }, error);
  }
}

/** @returns the error with the rule's place, where it is one of ours that has none */
export function placedError({ dataset, index }: Pick<CheckOptions, 'dataset' | 'index'>, error: unknown): unknown {
  if (!(error instanceof ModelyardError) || error.data?.['expect'] !== undefined) return error;
  if (error.code !== 'config.invalid' && error.code !== 'data.column') return error;
  return new ModelyardError(error.code, `Dataset ${dataset}, expect rule ${index + 1}: ${error.message}`, {
    place: { file: 'modelyard.yaml', key: `datasets.${dataset}.expect.${index}` },
    ...(error.fix !== undefined && { fix: error.fix }),
    data: { ...error.data, dataset, expect: index },
    cause: error,
  });
}

function checksOf(options: CheckOptions, source: DatasetSource, { now, references }: BuildOptions): readonly Check[] {
  const { column, where } = options.expectation;
  const declared = declaredTypes(source);
  const about =
    column === undefined ? [] : [...valueChecks(options, column), ...aggregateChecks(options, column, references)];
  const checks = [
    ...about,
    ...uniqueChecks(options),
    ...rowChecks(options, text => new RowCondition(text, declared)),
    ...tableChecks(options, { now, references }),
  ];
  if (where === undefined) return checks;
  return checks.map(check => new WhereCheck(check, new RowCondition(where, declared)));
}

function uniqueChecks(options: CheckOptions): readonly Check[] {
  const { expectation } = options;
  const columns = uniqueColumns(expectation);
  const [only, another] = columns;
  if (only === undefined) return [];
  const named = another === undefined ? { ...expectation, column: only } : expectation;
  return [new UniqueCheck({ ...options, expectation: named, columns })];
}

/** `unique: true` with a column, a name, or names. */
function uniqueColumns({ unique, column }: Expectation): readonly string[] {
  if (unique === undefined || unique === false) return [];
  if (unique === true) return column === undefined ? [] : [column];
  return typeof unique === 'string' ? [unique] : [...new Set(unique)];
}
