import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Column } from '../../../engine/config/columns';
import type { FeatureFacts } from '../../../engine/config/editor/featureFacts';
import { ConfigService } from '../../../engine/config/service';
import { parseCondition } from '../../../engine/data/condition';
import { withCursor } from './marked';

export const columnsOfA: readonly Column[] = [
  { name: 'age', type: 'integer' },
  { name: 'good', type: 'string' },
  { name: 'paid: on time', type: 'boolean' },
];

/** A workspace with these files, and the columns of dataset files by path. */
export function serviceOn(
  files: Readonly<Record<string, string | Uint8Array>>,
  columns: Readonly<Record<string, readonly Column[]>> = { 'a.csv': columnsOfA },
  featureFacts?: FeatureFacts,
) {
  const root = mkdtempSync(join(tmpdir(), 'modelyard-config-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  const asked: string[] = [];
  const service = new ConfigService({
    root,
    configFile: 'modelyard.yaml',
    columns: source => {
      asked.push(source.name);
      return Promise.resolve(columns[source.file ?? '']);
    },
    readCondition: parseCondition,
    ...(featureFacts && { featureFacts }),
  });
  return { root, service, asked };
}

/** Labels of the completions at `|>`. */
export async function completionsAt(source: string) {
  const { service } = serviceOn({});
  return service.complete(withCursor(source));
}
