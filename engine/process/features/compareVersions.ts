import { familyOf } from '../../data/read/cellKind';
import { KeyTable } from '../../features/join/keyTable';
import type { JoinedValue } from '../../features/join/values';
import type { ValueChange } from '../../protocol/features';
import type { BatchView, ComparePlan } from '../../protocol/featurePlans';
import { addKeys, askedNow } from './join/entitiesNow';
import type { JoinedFeature } from './join/joinedFeature';
import { joinView } from './join/joinView';
import { asCell } from './previewRows';
import { ExactSum } from '../../features/windows/exactSum';

const mostExamples = 5;

/**
 * How the values of two versions differ, over the entities of both; nothing when their keys are others.
 * @throws ModelyardError `data.*`, `config.invalid`, `cancelled`
 */
export async function compareVersions(
  { before, after, now }: ComparePlan,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<readonly ValueChange[]> {
  const types = before.definition.entities.map(({ type }) => type);
  if (JSON.stringify(types) !== JSON.stringify(after.definition.entities.map(({ type }) => type))) return [];
  const table = new KeyTable(types);
  await addKeys(before, table, signal);
  progress(0.25);
  await addKeys(after, table, signal);
  progress(0.5);
  const asked = askedNow(table, now);
  const names = before.definition.features.flatMap(({ name }) =>
    after.definition.features.some(feature => feature.name === name) ? [name] : [],
  );
  const joined = async (view: BatchView) => {
    const { ttl: _, ...definition } = view.definition;
    return joinView({ view: { ...view, definition }, features: names, asked, mode: 'known' }, signal);
  };
  const old = await joined(before);
  progress(0.75);
  const next = await joined(after);
  return names.map((feature, index) => {
    const values = { old: old.features[index]!, next: next.features[index]! };
    return { feature, ...changesOf(values, code => table.key(code)) };
  });
}

interface Values {
  readonly old: JoinedFeature;
  readonly next: JoinedFeature;
}

function changesOf({ old, next }: Values, key: (code: number) => ValueChange['examples'][number]['key']) {
  const examples: ValueChange['examples'][number][] = [];
  const counts = { entities: 0, differing: 0, onlyBefore: 0, onlyAfter: 0 };
  const sum = new ExactSum();
  let both = 0;
  for (let code = 0; code < old.rows; code++) {
    const [was, is] = [old.value(code), next.value(code)];
    if (was === null && is === null) continue;
    counts.entities++;
    if (is === null) counts.onlyBefore++;
    if (was === null) counts.onlyAfter++;
    if (typeof was === 'number' && typeof is === 'number') {
      both++;
      sum.add(is);
      sum.add(-was);
    }
    if (isSame(was, is)) continue;
    counts.differing++;
    if (examples.length < mostExamples)
      examples.push({ key: key(code), before: asCell(old.type, was), after: asCell(next.type, is) });
  }
  const areNumbers = familyOf(old.type) === 'number' && familyOf(next.type) === 'number' && both > 0;
  return { ...counts, ...(areNumbers && { meanDifference: sum.value() / both }), examples };
}

const isSame = (a: JoinedValue, b: JoinedValue): boolean =>
  a === b || (a !== null && b !== null && String(a) === String(b));
