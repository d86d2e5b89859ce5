import type { ConfigService } from '../../config/service';
import { fileStamp, hashFile } from '../../dataFiles';
import type { DataService } from '../../data/service';
import { createCheckFeaturesStep } from '../../features/step/checkFeaturesStep';
import { FeaturesStep } from '../../features/step/featuresStep';
import { createMaterialiseStep } from '../../features/step/materialiseStep';
import type { ExecutorService } from '../../executors/service';
import { createGateStep } from '../../gates/gateStep';
import type { GateService } from '../../gates/service';
import type { LockFile } from '../../pipelines/outputs/lockFile';
import { PipelineService } from '../../pipelines/service';
import type { PipelineRun } from '../../protocol/pipelines';
import { createRegisterStep } from '../../registry/registerStep';
import type { RegistryService } from '../../registry/service';
import type { SigningService } from '../../security/signing/service';
import type { Store } from '../../store/store';
import type { TrackingService } from '../../tracking/service';
import type { TuningService } from '../../tuning/service';
import { championModel, rivalModel } from './championModel';
import { earlierFolds } from './earlierFolds';
import type { OpenedDatasets } from './datasets/openDatasets';
import { machineLoad } from './machineLoad';
import type { OpenedFeatures } from './features/openFeatures';
import { readTuned } from './openTuning';
import { keepEvaluation, keepTests } from './registeredEvaluation';
import { registeredRun } from './registeredRun';
import { runTracking } from './runTracking';
import { surroundings } from './surroundings';
import { trainingTimes } from './trainingTimes';
import type { ComposeOptions } from '../composeOptions';

export interface PipelineNeeds {
  readonly config: ConfigService;
  readonly data: DataService;
  readonly datasets: OpenedDatasets;
  readonly lockFile: LockFile;
  readonly tracking: TrackingService;
  readonly registry: RegistryService;
  readonly signing: SigningService;
  readonly gates: GateService;
  readonly tuning: TuningService;
  readonly executors: ExecutorService;
  readonly featureJoins: OpenedFeatures['featureJoins'];
  readonly onlineFeatures: OpenedFeatures['onlineFeatures'];
  readonly monitoring: OpenedFeatures['monitoring'];
  readonly user: string;
  readonly changed: (run: PipelineRun) => void;
}

/** Pipelines, whose steps ask all other rooms. */
export function openPipelines({ db, objects }: Store, options: ComposeOptions, rooms: PipelineNeeds): PipelineService {
  const { workspace, configFile, jobFile, emit, log, http } = options;
  const { config, data, datasets, lockFile, tracking, registry, signing, gates, tuning, executors, user, changed } =
    rooms;
  return new PipelineService({
    db,
    objects,
    workspace,
    jobFile,
    lockFile,
    ports: {
      config: async given => ({ ...(await config.load(given)), file: configFile }),
      tracking: runTracking(tracking, user),
      environment: surroundings(workspace),
      watchSystem: machineLoad({ tracking, workspace, log }),
      http,
      gate: createGateStep(gates),
      register: createRegisterStep({
        registry,
        run: (id, modelPath) => registeredRun(tracking, { id, modelPath }),
        evaluation: run => keepEvaluation({ tracking, objects }, run),
        tests: run => keepTests({ tracking, objects }, run),
      }),
      champion: championModel({ registry, tracking, objects, signing }),
      rival: rivalModel({ registry, tracking, objects, signing }),
      earlierFolds: earlierFolds(tracking, objects),
      trainingTimes: trainingTimes(tracking),
      remote: (command, signal) => executors.run(command, signal),
      trials: pool => executors.trials(pool, jobFile),
      endElsewhere: folder => executors.endLeft(folder),
      tune: tuning.step,
      tuned: readTuned,
      outputsMade: async outputs => {
        for (const { kind, absolutePath } of outputs) {
          if (kind === 'dataset') emit('dataset/changed', { name: (await data.recordOutput(absolutePath)).name });
        }
      },
      features: new FeaturesStep(rooms.featureJoins),
      materialise: createMaterialiseStep(rooms.onlineFeatures),
      checkFeatures: createCheckFeaturesStep(rooms.monitoring),
      dataDigest: datasets.digest,
      files: { stamp: fileStamp, hash: hashFile },
      references: datasets.references,
      dataRead: datasets.keepRead,
      changed,
    },
  });
}
