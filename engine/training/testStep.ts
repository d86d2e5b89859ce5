import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { ModelyardError, throwIfAborted } from '../errors';
import type { DataAccess } from '../protocol/frame';
import type { ChampionModel, Job, JobContext, JobResult, JobRunner } from '../protocol/jobs';
import type { Footprint, Measured, ModelTestResult, ModelTests, Ratios, SideBySide } from '../protocol/modelTests';
import type { ChildUse } from '../protocol/steps';
import { plural } from '../plural';
import { readJson, writeJson } from './files';
import { describeModel } from './modelFiles';
import { onnxFile } from './mlmodel';
import { folderSize, timeRound, trafficOf, type Served, type Speed, type Traffic } from './modelTests/footprint';
import { heldMemory } from './modelTests/heldMemory';
import { reproducible } from './modelTests/reproducible';
import { runTest } from './modelTests/runTests';
import { median, ratiosOf } from './modelTests/sideBySide';
import type { Subject } from './modelTests/subject';
import { OnnxScorer } from './onnx/onnxScorer';
import type { AnyScoringModel } from './scoringModel';
import { readSplitData, requireInput, stepInput, type SplitData } from './stepData';

type TestJob = Job<Extract<ChildUse, { readonly uses: 'test' }>>;

export interface TestSurroundings {
  readonly data: DataAccess;
  readonly loadModel: (folder: string) => Promise<AnyScoringModel>;
  /** Where the WASM files are. */
  readonly assetsDir: string;
}

const resultFile = 'model-tests.json';
/** Rounds of what is timed; the first is thrown away. */
const rounds = 7;

/**
 * The step `uses: test`: measures what gates ask of a model beside its metrics, and how fast and large it is. Makes the
 * output `model-tests`; it judges nothing.
 */
export function createTestRunner({ data, loadModel, assetsDir }: TestSurroundings): JobRunner<'test'> {
  return async (job, context) => {
    context.progress('Loading the model', 0);
    const folder = requireInput(job, 'model', 'train');
    const { made: model, memory } = await heldMemory(() => loadModel(folder));
    const { signature } = await describeModel(folder);
    const input = await readSplitData(job, data, context.signal);
    const subject = await subjectOf(job, { model, input, data }, context);
    const exported = await exportedModel(folder, model, assetsDir);
    const trainAgain = (trainings: number) =>
      reproducible(
        {
          folder,
          preparation: model.preparation,
          input,
          options: job.training?.options,
          assetsDir,
          workDir: job.workDir,
          trainings,
        },
        context,
      );
    const results: ModelTestResult[] = [];
    for (const [i, test] of job.with.tests.entries()) {
      context.progress(`Testing: ${test.test}`, 0.05 + (0.6 * i) / job.with.tests.length);
      results.push(await runTest(test, { subject, served: { signature, ...(exported && { exported }) }, trainAgain }));
      context.log(`${test.test}: ${results.at(-1)?.sentence ?? ''}`);
    }
    context.progress('Measuring how fast it is', 0.7);
    const timed = await timeInTurns({ served: { model, signature }, job, subject, loadModel }, context);
    const tests: ModelTests = {
      version: 1,
      signature: { inputs: signature.inputs.map(typedName), outputs: signature.outputs.map(typedName) },
      tests: results,
      footprint: { ...timed.footprint, memory_mb: single(memory), size_mb: single(await folderSize(folder)) },
      ...(job.training?.seconds !== undefined && {
        training: { seconds: job.training.seconds, earlier: job.training.earlier },
      }),
      ...(timed.beside && { beside: timed.beside }),
      machine: { processor: cpus()[0]?.model ?? '', cores: availableParallelism(), node: process.version },
    };
    await writeJson(path.join(job.workDir, resultFile), tests);
    return result(tests, input);
  };
}

const typedName = ({ name, type }: { name: string; type: string }) => ({ name, type });
const single = (value: number): Measured => ({ value, rounds: [value] });

async function subjectOf(
  job: TestJob,
  { model, input, data }: { readonly model: AnyScoringModel; readonly input: SplitData; readonly data: DataAccess },
  { signal }: JobContext,
): Promise<Subject> {
  const { frame, split, source } = input;
  if (split.test.length === 0) throw new ModelyardError('data.empty', 'The test part has no rows to test with.');
  const evaluation = stepInput(job, 'evaluation');
  const binary = evaluation === undefined ? undefined : (await readJson(evaluation, decided)).binary;
  const { threshold = 0.5, cost } = binary ?? {};
  const { seed } = job.with;
  return { model, frame, rows: split.test, source, data, threshold, ...(cost && { cost }), seed, signal };
}
const costs = v.object({ falseNegative: v.number(), falsePositive: v.number() });
const decided = v.object({ binary: v.optional(v.object({ threshold: v.number(), cost: v.optional(costs) })) });

/** The model's ONNX file; undefined where the model is nothing else. */
async function exportedModel(
  folder: string,
  { preparation, model }: AnyScoringModel,
  assetsDir: string,
): Promise<AnyScoringModel | undefined> {
  if (model === undefined) return undefined;
  const onnx = await readFile(path.join(folder, onnxFile));
  const scorer = await OnnxScorer.open({ onnx, preparation, assetsDir });
  return { preparation, score: (frame, rows) => scorer.score(frame, rows) };
}

interface Timing {
  readonly served: Served;
  readonly job: TestJob;
  readonly subject: Subject;
  readonly loadModel: TestSurroundings['loadModel'];
}

/** Own, theirs, own: so that what the machine does meanwhile falls on both. */
async function timeInTurns(
  { served, job, subject, loadModel }: Timing,
  context: JobContext,
): Promise<Pick<ModelTests, 'footprint' | 'beside'>> {
  const traffic = trafficOf(served.signature, subject);
  const other = await championServed(job.champion, { subject, loadModel }, context);
  const own: (readonly [Speed, Speed])[] = [];
  const theirs: Speed[] = [];
  for (let round = 0; round < rounds; round++) {
    context.progress('Measuring how fast it is', 0.7 + (0.3 * round) / rounds);
    const before = await timeRound(served, traffic, context.signal);
    const beside = other && (await timeRound(other.served, other.traffic, context.signal));
    const after = await timeRound(served, traffic, context.signal);
    if (round === 0) continue; // the optimiser is still at work
    own.push([before, after]);
    if (beside) theirs.push(beside);
  }
  const footprint = Object.fromEntries(
    speeds.map(measure => {
      const all = own.map(([first, second]) => (first[measure] + second[measure]) / 2);
      return [measure, { value: median(all), rounds: all }];
    }),
  );
  if (!other) return { footprint };
  const ratios: Partial<Record<Footprint, Ratios>> = Object.fromEntries(
    speeds.map(measure => [
      measure,
      ratiosOf(
        {
          own: own.map(([first, second]) => [first[measure], second[measure]] as const),
          theirs: theirs.map(speed => speed[measure]),
        },
        job.with.seed,
      ),
    ]),
  );
  return {
    footprint,
    beside: besideOf(other.champion, {
      ...ratios,
      ...(await memoryInTurns({ job, loadModel, folder: other.folder }, context)),
      ...(await sizes(job, other.folder)),
    }),
  };
}
const speeds = ['latency_p50_ms', 'latency_p99_ms', 'rows_per_second'] as const;

const besideOf = ({ model, version }: ChampionModel, ratios: SideBySide['ratios']): SideBySide => ({
  model,
  version,
  ratios,
});

/** Rounds in which both models are loaded anew, and MB that are nothing: what a collection leaves lying about. */
const [loads, nothing] = [3, 0.05];

/** What is left of it when runtimes that are loaded once are there already: what comes with each further model. */
async function memoryInTurns(
  { job, loadModel, folder }: Pick<Timing, 'job' | 'loadModel'> & { readonly folder: string },
  { signal }: JobContext,
): Promise<SideBySide['ratios']> {
  const held = async (of: string): Promise<number> => {
    throwIfAborted(signal);
    return Math.max(nothing, (await heldMemory(() => loadModel(of))).memory);
  };
  const mine = requireInput(job, 'model', 'train');
  const own: (readonly [number, number])[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < loads; round++) {
    const before = await held(mine);
    theirs.push(await held(folder));
    own.push([before, await held(mine)]);
  }
  return { memory_mb: ratiosOf({ own, theirs }, job.with.seed) };
}

/** Files are as large as they are: no noise. */
async function sizes(job: TestJob, folder: string): Promise<SideBySide['ratios']> {
  const ratio = (await folderSize(requireInput(job, 'model', 'train'))) / (await folderSize(folder));
  return { size_mb: { ratio, interval: [ratio, ratio], noise: 0 } };
}

interface ServedChampion {
  readonly champion: ChampionModel;
  readonly served: Served;
  readonly traffic: Traffic;
  readonly folder: string;
}

/** A registered model that cannot score these rows is no reason to fail: the log says why. */
async function championServed(
  champion: ChampionModel | undefined,
  { subject, loadModel }: Pick<Timing, 'subject' | 'loadModel'>,
  context: JobContext,
): Promise<ServedChampion | undefined> {
  if (champion === undefined) return undefined;
  try {
    const model = await loadModel(champion.path);
    const { signature } = await describeModel(champion.path);
    return { served: { model, signature }, traffic: trafficOf(signature, subject), folder: champion.path, champion };
  } catch (error) {
    if (!(error instanceof ModelyardError)) throw error;
    context.log(`Version ${champion.version} of ${champion.model} cannot be measured: ${error.message}`);
    return undefined;
  }
}

function result(tests: ModelTests, input: SplitData): JobResult {
  const { footprint } = tests;
  const metrics = Object.entries(footprint).map(([measure, { value }]): [string, number] => [measure, value]);
  const failed = tests.tests.filter(({ problem }) => problem !== undefined).length;
  const p50 = footprint.latency_p50_ms?.value;
  return {
    outputs: [{ kind: 'model-tests', path: resultFile, artifactPath: resultFile }],
    params: {},
    metrics: Object.fromEntries(metrics.filter(([, value]) => Number.isFinite(value))),
    tags: {},
    inputs: [{ dataset: input.source.name, digest: input.digest, context: 'testing' }],
    summary: [
      plural(tests.tests.length, 'test'),
      ...(failed > 0 ? [`${failed} not measured`] : []),
      ...(p50 === undefined ? [] : [`${p50.toPrecision(2)} ms a row`]),
    ].join(' · '),
  };
}
