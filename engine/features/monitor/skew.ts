import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Cell, ColumnType } from '../../protocol/data';
import type { FeatureSkew } from '../../protocol/featureMonitoring';
import type { FeatureViewVersion } from '../../protocol/features';
import type { JoinPreview } from '../../protocol/featureJoins';
import type { DatasetSource } from '../../protocol/jobs';
import { keyCells } from '../online/entityKey';
import type { ServedRow } from '../online/requestLog';

export interface SkewPorts {
  readonly served: (version: FeatureViewVersion, range: { readonly limit: number }) => readonly ServedRow[];
  readonly join: (
    version: FeatureViewVersion,
    asked: { readonly entities: DatasetSource; readonly eventTime: string; readonly limit: number },
    signal: AbortSignal,
  ) => Promise<JoinPreview>;
}

/** Answers that are looked at, and different ones that are told of each feature. */
const [mostLooked, mostExamples] = [1000, 5];
const askedAt = 'asked at';

/** How values that were served differ from what a join finds for the same entity and moment: the skew of training and serving. */
export async function skewOf(
  version: FeatureViewVersion,
  { served, join }: SkewPorts,
  signal: AbortSignal,
): Promise<readonly FeatureSkew[]> {
  const { view, definition } = version;
  if (definition.kind === 'on-demand') return [];
  const rows = served(version, { limit: mostLooked });
  if (rows.length === 0) return [];
  const { entities } = definition;
  const keys = rows.map(({ key }) => keyCells(entities, key));
  const folder = await mkdtemp(path.join(tmpdir(), 'modelyard-skew-'));
  try {
    const file = path.join(folder, 'served.jsonl');
    const lines = rows.map((row, i) =>
      JSON.stringify({
        ...Object.fromEntries(entities.map(({ key }, part) => [key, keys[i]?.[part] ?? null])),
        [askedAt]: new Date(row.askedAt).toISOString(),
      }),
    );
    await writeFile(file, `${lines.join('\n')}\n`);
    const source: DatasetSource = {
      ...{ name: 'served', path: file, file: 'served.jsonl', format: 'jsonl', missing: [] },
      expect: entities.flatMap(({ key: column, type }) =>
        type === 'string' ? [{ column, type, severity: 'error' as const }] : [],
      ),
    };
    const asked = { entities: source, eventTime: askedAt, limit: rows.length };
    const { preview } = await join(version, asked, signal);
    return definition.features.map(({ name, type }, column) => {
      const pairs = rows.flatMap((row, i) => {
        const value = row.values[name];
        const joined = preview[i]?.cells[column];
        return value === undefined || joined === undefined
          ? []
          : [{ key: keys[i] ?? [], at: row.askedAt, served: value, joined: joined.value }];
      });
      const differing = pairs.filter(pair => !isSame(type, pair.served, pair.joined));
      return {
        ...{ view, feature: name, looked: pairs.length, differing: differing.length },
        examples: differing.slice(0, mostExamples),
      };
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Times are ms since 1970 on the one side and texts on the other, booleans 0 and 1. */
function isSame(type: ColumnType, served: Cell, joined: Cell): boolean {
  if (served === null || joined === null) return served === joined;
  if (type === 'date' || type === 'datetime') return Number(served) === Date.parse(String(joined));
  if (type === 'boolean') return Boolean(served) === Boolean(joined);
  return type === 'string' ? String(served) === String(joined) : Number(served) === Number(joined);
}
