import * as v from 'valibot';
import type { CrossValidatedLearner, CrossValidation, LearnerComparison } from '../../protocol/crossValidation';
import type { EarlierFolds } from '../../protocol/jobs';
import { readJson } from '../files';
import { comparePairs, testRatio } from './compareLearners';

/** What a comparison needs of an earlier file. */
const schema = v.object({
  version: v.literal(1),
  digest: v.string(),
  learners: v.array(v.object({ name: v.string(), values: v.record(v.string(), v.array(v.nullable(v.number()))) })),
});

/**
 * Every learner beside the one of its name in an earlier run (the only ones of both runs whatever their names), fold by
 * fold.
 * @returns the reason why not, when the folds are not the same
 * @throws ModelyardError `data.unreadable` when the file is none
 */
export async function besideEarlier(
  now: Pick<CrossValidation, 'digest' | 'folds' | 'learners'>,
  { name, path }: EarlierFolds,
): Promise<readonly LearnerComparison[] | string> {
  const earlier = await readJson(path, schema);
  if (earlier.digest !== now.digest)
    return `Run ${name} was judged on other folds or other data: its learners cannot be compared.`;
  const areAlone = now.learners.length === 1 && earlier.learners.length === 1;
  const pairs = now.learners.flatMap((own): [Compared, Compared][] => {
    const other = areAlone ? earlier.learners[0] : earlier.learners.find(each => each.name === own.name);
    return other ? [[own, { ...other, name: `${other.name} (${name})` }]] : [];
  });
  if (pairs.length === 0) return `Run ${name} has no learner of the same name.`;
  return comparePairs(pairs, testRatio(now.folds));
}

type Compared = Pick<CrossValidatedLearner, 'name' | 'values'>;
