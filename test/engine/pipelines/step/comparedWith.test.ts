import path from 'node:path';
import { expect, test } from 'vitest';
import { runId } from '../../../../engine/ids';
import { comparedWith } from '../../../../engine/pipelines/step/comparedWith';
import type { ChampionModel, StepInput } from '../../../../engine/protocol/jobs';
import type { BuiltInStep, WorkspaceConfig } from '../../../../engine/protocol/workspaceConfig';
import { crossValidateOptions, evaluateOptions, logisticOptions } from '../../training/options';

type Ports = Parameters<typeof comparedWith>[0]['ports'];

const config: WorkspaceConfig = {
  ...{ name: 'w', datasets: {}, tracking: { system_metrics: false } },
  pipelines: { p: { steps: { train: { uses: 'train', needs: [], with: logisticOptions } } } },
  models: {
    m: {
      stages: ['dev', 'live'],
      gates: { live: [{ metric: 'auc', better_than: 'live', confidence: 0.9, severity: 'error' }] },
    },
  },
};
const version = (model: string, number: number, folder: string): ChampionModel => ({
  ...{ model, version: number, stage: 'live', path: folder },
});
const nothing: Ports = {
  champion: async () => undefined,
  rival: async () => undefined,
  earlierFolds: () => undefined,
  trainingTimes: () => ({ earlier: [] }),
  tuned: async () => logisticOptions,
};

async function compared(step: BuiltInStep, ports: Partial<Ports>, inputs: readonly StepInput[] = []) {
  const said: string[] = [];
  const work = {
    ...{ name: 's', inputs, workDir: '/work/s', loaded: { config } },
    context: { pipeline: 'p', runId: runId('r-7') },
    log: { write: (text: string | Uint8Array) => void said.push(String(text)) },
    ports: { ...nothing, ...ports },
  };
  return { found: await comparedWith(work, step), said: said.join('') };
}
const evaluate = (champion?: string): BuiltInStep => ({
  ...{ uses: 'evaluate', needs: [] },
  with: evaluateOptions(champion === undefined ? {} : { champion }),
});

test('an evaluation is compared with its champion and with what gates will ask for, their files beside its own', async () => {
  const { found, said } = await compared(evaluate('other'), {
    champion: async (model, folder) => version(model, 3, folder),
    rival: async (model, name, folder) => (name === 'live' ? version(model, 5, folder) : undefined),
  });
  expect(found).toEqual({
    champion: version('other', 3, path.join('/work/s', '.champion')),
    rivals: [version('m', 5, path.join('/work/s', '.rival0'))],
  });
  expect(said).toBe('');
});

test('a champion that there is not yet is said; none is looked for where none is named', async () => {
  const { found, said } = await compared(evaluate('other'), {});
  expect(found).toEqual({});
  expect(said).toBe('No version of other is there to compare with yet.\n');
  expect(await compared(evaluate(), {})).toEqual({ found: {}, said: '' });
});

test('a cross-validation is compared with earlier folds, when it asks for some', async () => {
  const step = (against?: string): BuiltInStep => ({
    ...{ uses: 'cross-validate', needs: [] },
    with: crossValidateOptions({ learners: {}, ...(against !== undefined && { against }) }),
  });
  const earlier = { name: 'r-3', path: '/objects/3' };
  const asked: unknown[] = [];
  const ports = { earlierFolds: (query: unknown) => (asked.push(query), earlier) };
  expect(await compared(step('previous'), ports)).toEqual({ found: { earlier }, said: '' });
  expect(asked).toEqual([{ wanted: 'previous', pipeline: 'p', runId: 'r-7' }]);
  expect((await compared(step('previous'), {})).said).toBe('No earlier run has folds to compare with yet.\n');
  expect((await compared(step(), ports)).found).toEqual({});
});

test('a test of a model knows how that was trained, and in which run', async () => {
  const model: StepInput = { kind: 'model', step: 'train', path: '/work/train/model', runId: runId('r-6') };
  const step: BuiltInStep = { uses: 'test', needs: [], with: { ...evaluateOptions(), suite: [] } as never };
  const times = {
    trainingTimes: (query: { runId: string }) => ({ seconds: query.runId === 'r-6' ? 6 : 0, earlier: [] }),
  };
  const { found } = await compared(step, times, [model]);
  expect(found).toEqual({ training: { seconds: 6, earlier: [], options: logisticOptions } });
  expect((await compared(step, times)).found).toEqual({});
});
