import type { DataAccess, Frame } from '../../protocol/frame';
import type { DatasetSource } from '../../protocol/jobs';
import type { ModelTest, ModelTestName, ModelTestResult } from '../../protocol/modelTests';
import type { CostMatrix } from '../metrics/threshold';
import type { AnyScoringModel } from '../scoringModel';

/** A model that is tested, and what it is tested with. */
export interface Subject {
  readonly model: AnyScoringModel;
  readonly frame: Frame;
  /** Rows of the frame that the model has not learnt from, in their order. */
  readonly rows: readonly number[];
  readonly source: DatasetSource;
  readonly data: DataAccess;
  /** P(positive) at and above which a row counts as positive; of a binary model. */
  readonly threshold: number;
  /** Of mistakes, as the model was evaluated with. */
  readonly cost?: CostMatrix;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** What a test finds out. */
export type Found = Omit<ModelTestResult, 'test'>;

/** A kind of test. @throws ModelyardError when it cannot be made with this model or data */
export type Tester<K extends ModelTestName> = (test: ModelTest<K>, subject: Subject) => Promise<Found>;

/** Examples that are kept of a test. */
export const mostExamples = 10;
