import type { EngineStepContext, StepInput } from '../../protocol/jobs';
import type { StepResources } from '../../protocol/resources';
import type { StepConfig } from '../../protocol/workspaceConfig';
import type { Debugger } from '../debug/debugStep';
import type { Environments } from '../environments/environments';
import type { LoadedConfig, PipelinePorts } from '../ports';
import type { StepLog } from './stepLog';

/** All that a step is run with. */
export interface StepWork {
  readonly name: string;
  readonly step: StepConfig;
  readonly inputs: readonly StepInput[];
  readonly log: StepLog;
  /** Where the step writes; exists already and is empty. */
  readonly workDir: string;
  readonly loaded: LoadedConfig;
  readonly workspace: string;
  readonly jobFile: string;
  readonly environments: Pick<Environments, 'prepare'>;
  readonly context: Omit<EngineStepContext, 'inputs' | 'workDir' | 'signal' | 'log'>;
  readonly ports: Pick<
    PipelinePorts,
    | 'remote'
    | 'trials'
    | 'features'
    | 'materialise'
    | 'checkFeatures'
    | 'gate'
    | 'register'
    | 'tune'
    | 'tuned'
    | 'http'
    | 'tracking'
    | 'champion'
    | 'rival'
    | 'earlierFolds'
    | 'trainingTimes'
    | 'references'
  >;
  /** Its command runs there. */
  readonly debug?: Debugger;
  readonly onProgress: (message: string, fraction?: number) => void;
  /** Called for each process that was measured. */
  readonly onResources: (used: StepResources) => void;
  readonly onMetric: (point: { key: string; value: number; step: number; time: number }) => void;
}

/** The folder that the paths of a step's outputs are relative to. */
export const outputFolder = ({ step, workspace, workDir }: Pick<StepWork, 'step' | 'workspace' | 'workDir'>): string =>
  step.uses === 'run' ? workspace : workDir;
