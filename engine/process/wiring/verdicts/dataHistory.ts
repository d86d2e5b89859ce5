import type { DataService } from '../../../data/service';
import type { EarlierVerdict, Verdict } from '../../../protocol/verdicts';

const mostHistory = 5;

/**
 * What earlier versions of the data said to a rule of the table, newest first.
 * @param judgedAt of the version that is told of now: no history
 */
export function dataHistory(
  data: Pick<DataService, 'versions' | 'get'>,
  name: string,
  judgedAt: number | undefined,
): (rule: string) => Pick<Verdict, 'history'> {
  const newest = [...data.versions(name)].sort((a, b) => b.checkedAt - a.checkedAt).slice(0, mostHistory);
  const details = newest
    .filter(({ checkedAt }) => checkedAt !== judgedAt)
    .map(({ digest, checkedAt }) => ({ at: checkedAt, of: digest.slice(0, 12), ...data.get(name, digest) }));
  return rule => {
    const history = details.flatMap(({ at, of, checks, report }): readonly EarlierVerdict[] => {
      const expected = checks.find(check => check.rule === rule);
      if (expected) return [{ at, of, outcome: outcomeOf(expected), value: expected.failing }];
      const checked = report?.results.find(one => one.rule === rule);
      if (checked === undefined || checked.verdict === 'skipped') return [];
      return [{ at, of, outcome: checked.verdict, ...(checked.value !== undefined && { value: checked.value }) }];
    });
    return history.length === 0 ? {} : { history };
  };
}

const outcomeOf = ({ passed, severity }: { readonly passed: boolean; readonly severity?: 'error' | 'warn' }) =>
  passed ? 'passed' : severity === 'warn' ? 'warned' : 'failed';
