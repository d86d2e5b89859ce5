import type { JobResult, TrialOptions } from '../../../engine/protocol/jobs';
import type { CrossValidateOptions, LearningCurveOptions } from '../../../engine/protocol/steps/evaluation';
import { createCrossValidateRunner } from '../../../engine/training/crossValidation/crossValidateStep';
import { createLearningCurveRunner } from '../../../engine/training/learningCurve/learningCurveStep';
import { csvAccess } from './csvFrame';
import { assetsDir } from './models';
import { createTrialRunner } from '../../../engine/training/trialStep';
import { Steps } from './steps';

/** The steps that train on parts of the training part; apart, since they bring every learner with them. */
export class FoldSteps extends Steps {
  crossValidate(options: CrossValidateOptions): Promise<JobResult> {
    const job = { uses: 'cross-validate', with: options } as const;
    return this.run('cross-validate', surroundings =>
      createCrossValidateRunner({ data: csvAccess, assetsDir })({ ...job, ...surroundings }, this.context()),
    );
  }

  learningCurve(options: LearningCurveOptions): Promise<JobResult> {
    const job = { uses: 'learning-curve', with: options } as const;
    return this.run('learning-curve', surroundings =>
      createLearningCurveRunner({ data: csvAccess, assetsDir })({ ...job, ...surroundings }, this.context()),
    );
  }

  trial(options: TrialOptions): Promise<JobResult> {
    const job = { uses: 'trial', with: options } as const;
    return this.run('trial', surroundings =>
      createTrialRunner({ data: csvAccess, assetsDir })({ ...job, ...surroundings }, this.context()),
    );
  }
}
