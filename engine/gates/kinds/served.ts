import type { RollbackRule, ServedRule } from '../../protocol/gateRules';
import type { ServingTest } from '../../protocol/serving';
import { percent, readable } from '../numbers';
import type { Evidence, Kind } from './kind';
import { counted } from '../../plural';

const never = ({ model, version }: Evidence): string =>
  version === undefined
    ? 'It is served and tested once it is registered: `modelyard test-serving`.'
    : `It was never served: run \`modelyard test-serving ${model} ${version}\`.`;

/** Whether the served model answered everything it should, under load too. */
export const served: Kind<ServedRule> = {
  text: ({ p99_ms: p99, requests_per_second: rate }) =>
    [
      'served',
      ...(p99 === undefined ? [] : [`p99 ≤ ${readable(p99)} ms`]),
      ...(rate === undefined ? [] : [`≥ ${readable(rate)} requests/s`]),
    ].join(', '),
  judge: (rule, evidence) => {
    const test = evidence.served;
    if (test === undefined) return { held: undefined, sentence: never(evidence) };
    const problems = [...smokeProblems(test), ...loadProblems(test, rule)];
    const { load } = test;
    const done = `It answered ${counted(load.requests, 'request')} of ${counted(load.connections, 'client')} in ${readable(load.seconds)} s, ${readable(load.requestsPerSecond)} a second, 99 of 100 within ${readable(load.p99)} ms`;
    return {
      held: problems.length === 0,
      value: load.p99,
      ...(rule.p99_ms !== undefined && { bound: rule.p99_ms }),
      sentence: problems.length === 0 ? `${done}.` : `${done}, but ${problems.join('; ')}.`,
    };
  },
};

const smokeProblems = ({ smoke }: ServingTest): readonly string[] =>
  smoke.filter(({ passed }) => !passed).map(({ sentence }) => sentence.replace(/\.$/, ''));

function loadProblems({ load }: ServingTest, rule: ServedRule): readonly string[] {
  const share = load.requests === 0 ? 1 : load.failed / load.requests;
  const { p99_ms: p99, requests_per_second: rate } = rule;
  return [
    ...(share <= rule.failed_at_most ? [] : [`${load.failed} failed (${percent(share)}): ${load.failure ?? ''}`]),
    ...(p99 === undefined || load.p99 <= p99 ? [] : [`within ${readable(p99)} ms is required`]),
    ...(rate === undefined || load.requestsPerSecond >= rate ? [] : [`${readable(rate)} a second are required`]),
  ];
}

/** Whether the rollback drill went as it should. */
export const rollback: Kind<RollbackRule> = {
  text: ({ within_s: bound }) => `rolls back within ${readable(bound)} s`,
  judge: ({ within_s: bound }, evidence) => {
    const test = evidence.served;
    if (test === undefined) return { held: undefined, sentence: never(evidence) };
    const { to, firstAnswer, lastAnswer, back, requests, failed } = test.rollback;
    const value = Math.max(firstAnswer, lastAnswer, back) / 1000;
    if (!Number.isFinite(value))
      return { held: false, sentence: `Under load version ${to} never answered in its place.` };
    const held = value <= bound && failed === 0;
    const how = to === test.version ? 'loaded anew' : `replaced by version ${to} and put back`;
    const sentence = `Under load it was ${how} within ${readable(value)} s, ${value <= bound ? 'at most' : 'above'} the allowed ${readable(bound)} s; ${failed} of ${counted(requests, 'request')} failed.`;
    return { held, value, bound, sentence };
  },
};
