import type { ColumnType } from '../../../protocol/data';
import type { Column } from '../../columns';
import type { NamedStep, Names } from '../../named';
import { child, textOf } from '../../yaml/tree';
import { typedViews } from './typedViews';
import { featuresOf, type UsedFeature } from './usedProblems';

export interface JoinedColumn extends Column {
  /** `loans:income`; absent: a column of the rows that ask. */
  readonly reference?: string;
}

/**
 * The columns that a step which joins features makes: those of its rows, then the features of the service. Undefined when
 * they cannot be told, such as with features of an earlier version.
 */
export function joinedColumns(
  { options }: NamedStep,
  names: Names,
  known: ReadonlyMap<string, readonly Column[]>,
): readonly JoinedColumn[] | undefined {
  const rows = known.get(textOf(child(options, 'entities')) ?? '');
  const service = names.services.get(textOf(child(options, 'service')) ?? '');
  if (!rows || !service) return undefined;
  const asked = new Map(
    service.features.flatMap(({ value }) => featuresOf(value, names)).map(one => [one.reference, one]),
  );
  const typed = typedViews(names, known);
  const full = child(options, 'full_names');
  const isFull = full?.kind === 'scalar' && full.value === true;
  const joined: JoinedColumn[] = [...rows];
  for (const one of asked.values()) {
    const type: ColumnType | undefined =
      one.version === undefined ? typed.get(one.view)?.features.get(one.feature) : undefined;
    if (!type) return undefined;
    joined.push({ name: nameOf(one, [...asked.values()], isFull), type, reference: one.reference });
  }
  return joined;
}

function nameOf({ view, feature }: UsedFeature, all: readonly UsedFeature[], isFull: boolean): string {
  const isAlone = all.every(other => other.feature !== feature || other.view === view);
  return isAlone && !isFull ? feature : `${view}__${feature}`;
}
