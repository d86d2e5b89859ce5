/** The lineage of a dataset that 10,000 runs have read, of which 1,000 made a model version (ms: of CPU). */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openLineage } from '../../engine/process/wiring/openLineage';
import { ModelyardError } from '../../engine/errors';
import { RegistryService } from '../../engine/registry/service';
import { openStore } from '../../engine/store/store';
import { TrackingService } from '../../engine/tracking/service';

const RUNS = 10_000;
const VERSIONS = 1_000;

export async function bench(report: (line: string) => void): Promise<void> {
  const root = mkdtempSync(path.join(os.tmpdir(), 'modelyard-bench-'));
  const store = await openStore({ root, wasmDir: path.resolve('node_modules/sql.js/dist') });
  try {
    const { db } = store;
    const tracking = new TrackingService({ store, events: { runsChanged: () => undefined, points: () => undefined } });
    const none = () => Promise.reject(new ModelyardError('config.missing', 'none'));
    const registry = new RegistryService({
      ...{ db, config: none, judge: none, reports: () => new Map(), user: () => 'ada', changed: () => undefined },
    });
    const experiment = Number(tracking.ensureExperiment('lineage').id);
    const { id: model } = registry.models.ensure('m', '').model;
    const numbers = (count: number): string =>
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`;
    const digest = `'${'a'.repeat(64)}'`;
    db.transaction(() =>
      db.exec(`
        ${numbers(RUNS)} INSERT INTO run (id, uuid, experiment_id, name, status, user, started_at)
          SELECT i, printf('%032x', i), ${experiment}, 'run ' || i, 'FINISHED', 'ada', i FROM n;
        ${numbers(RUNS)} INSERT INTO run_input (run_id, dataset, digest, context)
          SELECT i, 'd', ${digest}, 'training' FROM n;
        ${numbers(RUNS)} INSERT INTO pipeline_run (id, uuid, pipeline, run_id, status, config_digest, started_at)
          SELECT i, printf('%032x', i), 'train', i, 'succeeded', '', i FROM n;
        ${numbers(RUNS * 7)} INSERT INTO pipeline_step (pipeline_run_id, ordinal, name, uses, needs, status, parts)
          SELECT 1 + (i - 1) / 7, i % 7, 'step' || (i % 7), 'run', '[]', 'succeeded',
            json_object('data d', ${digest}, 'file src/train.py', ${digest}, 'with.C', '0.1') FROM n;
        ${numbers(VERSIONS)} INSERT INTO model_version (model_id, version, run_id, source, storage, stage, created_at,
            updated_at, created_by, metrics, lineage)
          SELECT ${model}, i, i * 10, '', '', 'dev', i, i, 'ada', '{}', '{"datasets":[]}' FROM n;
        UPDATE model_version SET stage = 'production' WHERE version = 17;`),
    );
    const lineage = openLineage({
      ...{ db, workspace: root, configFile: 'modelyard.yaml', config: { load: none }, tracking, registry },
      ...{ featureModels: () => Promise.resolve([]), endpoints: () => [] },
    });
    report(
      `the lineage of a dataset with ${RUNS.toLocaleString('en')} runs and ${VERSIONS.toLocaleString('en')} versions`,
    );
    for (const [what, work] of [
      ['graph of the dataset', () => lineage.graph({ node: 'd' })],
      ['graph of a version', () => lineage.graph({ node: 'm@17' })],
      ['affected by the dataset', () => lineage.affected('d')],
      ['affected by a file that every run read', () => lineage.affected('src/train.py')],
    ] as const) {
      await work();
      const before = process.cpuUsage();
      const found = await work();
      const { user, system } = process.cpuUsage(before);
      const size =
        'nodes' in found ? `${found.nodes.length} nodes` : `${found.runCount} runs, ${found.versionCount} versions`;
      report(`  ${what}: ${Math.round((user + system) / 1000)} ms (${size})`);
    }
  } finally {
    store.close();
    rmSync(root, { recursive: true, force: true });
  }
}
