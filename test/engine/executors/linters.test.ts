import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../engine/config/parse';
import { ExecutorService } from '../../../engine/executors/service';
import { ancestors, surelyMade, topologicalOrder } from '../../../engine/pipelines/graph/graph';
import type { CompileTarget } from '../../../engine/protocol/executors';
import { temporaryFolder } from '../../support/store';

/**
 * The lane of the tools that read compiled files: MODELYARD_TEST_ACTIONLINT names the program, MODELYARD_TEST_KFP a Python
 * with `kfp`, MODELYARD_TEST_ARGO_CLUSTER a kubeconfig of a cluster that has Argo's full CRDs, for `kubectl` (nothing is
 * created there). Each is skipped, and said so, where it is not named.
 */
const [actionlint, kfp, cluster] = ['ACTIONLINT', 'KFP', 'ARGO_CLUSTER'].map(name => process.env[`MODELYARD_TEST_${name}`]); // prettier-ignore
const unless = (value: string | undefined, name: string): string =>
  value === undefined ? ` [skipped: MODELYARD_TEST_${name} is not set]` : '';

const source = readFileSync(path.resolve(import.meta.dirname, '../../fixtures/workflows/course.yaml'), 'utf8');
async function compiled(to: CompileTarget): Promise<string> {
  const { config, locate } = parseConfig(source, 'modelyard.yaml');
  const service = new ExecutorService({
    config: async () => ({ config: config!, locate }),
    graph: { order: topologicalOrder, ancestors, sure: surelyMade },
    version: '1.2.3',
    configFile: 'modelyard.yaml',
    ray: { workspace: '/', git: () => Promise.resolve(undefined) },
  });
  const { text } = await service.compile({ pipeline: 'night', to, retries: 2 });
  return text;
}

describe('compiled files, read by the tools themselves', () => {
  test.skipIf(actionlint === undefined)(`actionlint finds nothing${unless(actionlint, 'ACTIONLINT')}`, async () => {
    const folder = path.join(temporaryFolder(), '.github', 'workflows');
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, 'night.yml');
    writeFileSync(file, await compiled('github'));
    const lint = () => spawnSync(actionlint!, [file], { cwd: path.dirname(folder), encoding: 'utf8' });
    expect(lint().stdout).toBe('');
    writeFileSync(file, readFileSync(file, 'utf8').replace('needs:\n      - prepare', 'needs:\n      - prepared'));
    expect(lint().stdout).toMatch(/prepared/);
  });

  test.skipIf(kfp === undefined)(`kfp loads the pipeline${unless(kfp, 'KFP')}`, { timeout: 60_000 }, async () => {
    const file = path.join(temporaryFolder(), 'night.yaml');
    writeFileSync(file, await compiled('kubeflow'));
    const load = 'import sys; from kfp import components; print(len(components.load_component_from_file(sys.argv[1]).pipeline_spec.root.dag.tasks))'; // prettier-ignore
    expect(execFileSync(kfp!, ['-c', load, file], { encoding: 'utf8' }).trim()).toBe('7');
  });

  test.skipIf(cluster === undefined)(
    `an API server with Argo’s CRDs would take the workflow${unless(cluster, 'ARGO_CLUSTER')}`,
    { timeout: 60_000 },
    async () => {
      const file = path.join(temporaryFolder(), 'night.yaml');
      const create = () => spawnSync('kubectl', ['--kubeconfig', cluster!, 'create', '--dry-run=server', '--validate=strict', '-f', file], { encoding: 'utf8' }); // prettier-ignore
      writeFileSync(file, await compiled('argo'));
      expect(create()).toMatchObject({ status: 0, stdout: expect.stringMatching(/night created/) });
      writeFileSync(file, (await compiled('argo')).replace('failFast: false', 'failFest: false'));
      expect(create()).toMatchObject({ status: 1, stderr: expect.stringMatching(/failFest/) });
    },
  );
});
