import { isAbort, ModelyardError } from '../../errors';
import type { ModelTest, ModelTestResult } from '../../protocol/modelTests';
import { directional } from './directional';
import { golden } from './golden';
import { invariant } from './invariant';
import { monotonic } from './monotonic';
import type { ServedModel } from './parity';
import { parity } from './parity';
import { robust } from './robust';
import type { Found, Subject } from './subject';

export interface TestWork {
  readonly subject: Subject;
  readonly served: ServedModel;
  /** Trains the model until it has been trained so often. */
  readonly trainAgain: (trainings: number) => Promise<Found>;
}

/** Makes one test; one that cannot be made says why instead of a value. */
export async function runTest(test: ModelTest, work: TestWork): Promise<ModelTestResult> {
  try {
    return { test, ...(await find(test, work)) };
  } catch (error) {
    if (!(error instanceof ModelyardError) || isAbort(error)) throw error;
    return { test, problem: error.message, rows: 0, examples: [], sentence: error.message };
  }
}

function find(test: ModelTest, { subject, served, trainAgain }: TestWork): Promise<Found> {
  switch (test.test) {
    case 'monotonic':
      return monotonic(test, subject);
    case 'invariant':
      return invariant(test, subject);
    case 'directional':
      return directional(test, subject);
    case 'robust':
      return robust(test, subject);
    case 'golden':
      return golden(test, subject);
    case 'parity':
      return parity(test, subject, served);
    case 'reproducible':
      return trainAgain(test.trainings);
  }
}
