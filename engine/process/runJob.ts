import type { DataAccess } from '../protocol/frame';
import type { Job, JobContext, JobResult } from '../protocol/jobs';

/** Runs the step of a job. What a step does not need (TensorFlow.js, ONNX) is not loaded. */
export async function runJob(job: Job, context: JobContext, assetsDir: string): Promise<JobResult> {
  switch (job.uses) {
    case 'validate':
      if (job.with.train_test === true) {
        const { createTrainTestRunner } = await import('../data/suites/trainTestStep');
        return createTrainTestRunner((await import('../training/domainClassifier')).domainClassifier)(job, context);
      }
      return (await import('../data/validateStep')).runValidate(job, context);
    case 'profile':
      return (await import('../data/profileStep')).runProfile(job, context);
    case 'columns':
      return (await import('../data/columnsStep')).runColumns(job, context);
    case 'failing':
      return (await import('../data/failingStep')).runFailing(job, context);
    case 'propose':
      return (await import('../data/propose/proposeStep')).runPropose(job, context);
    case 'compare':
      return (await import('../data/compareStep')).runCompare(job, context);
    case 'split':
      return (await import('../training/splitStep')).createSplitRunner(await data())(job, context);
    case 'prepare':
      return (await import('../training/prepareStep')).createPrepareRunner(await data())(job, context);
    case 'train':
      return (await import('../training/trainStep')).createTrainRunner({ data: await data(), assetsDir })(job, context);
    case 'cross-validate': {
      const { createCrossValidateRunner } = await import('../training/crossValidation/crossValidateStep');
      return createCrossValidateRunner({ data: await data(), assetsDir })(job, context);
    }
    case 'learning-curve': {
      const { createLearningCurveRunner } = await import('../training/learningCurve/learningCurveStep');
      return createLearningCurveRunner({ data: await data(), assetsDir })(job, context);
    }
    case 'import':
    case 'import-model':
      return (await import('../training/foreign/importStep')).runImport(job, { context, assetsDir });
    case 'trial':
      return (await import('../training/trialStep')).createTrialRunner({ data: await data(), assetsDir })(job, context);
    case 'test': {
      const { createTestRunner } = await import('../training/testStep');
      const { loadScoringModel } = await import('../training/loadScoringModel');
      const loadModel = (dir: string) => loadScoringModel(dir, assetsDir);
      return createTestRunner({ data: await data(), loadModel, assetsDir })(job, context);
    }
    case 'evaluate': {
      const { createEvaluateRunner } = await import('../training/evaluateStep');
      const { loadScoringModel } = await import('../training/loadScoringModel');
      return createEvaluateRunner(await data(), dir => loadScoringModel(dir, assetsDir))(job, context);
    }
  }
}

const data = async (): Promise<DataAccess> => (await import('../data/access')).dataAccess;
