import type { LatencyRule, MegabytesRule, ThroughputRule, TrainingTimeRule } from '../../protocol/gateRules';
import type { Footprint } from '../../protocol/modelTests';
import { readable } from '../numbers';
import type { Evidence, Judgement, Kind } from './kind';
import { untested } from './modelTest';

/** Time from the text of a request of one row to its scores. */
export const latency: Kind<LatencyRule> = {
  text: ({ p50_ms, p99_ms }) =>
    [
      ...(p50_ms === undefined ? [] : [`p50 ≤ ${readable(p50_ms)} ms`]),
      ...(p99_ms === undefined ? [] : [`p99 ≤ ${readable(p99_ms)} ms`]),
    ].join(', '),
  judge: ({ p50_ms, p99_ms }, evidence) => {
    const parts = [
      ...(p50_ms === undefined
        ? []
        : [atMost(evidence, 'latency_p50_ms', { name: 'latency p50', bound: p50_ms, unit: 'ms' })]),
      ...(p99_ms === undefined
        ? []
        : [atMost(evidence, 'latency_p99_ms', { name: 'latency p99', bound: p99_ms, unit: 'ms' })]),
    ];
    const worst = parts.find(({ held }) => held === undefined) ?? parts.find(({ held }) => held === false) ?? parts[0];
    if (worst === undefined) return { held: undefined, sentence: untested };
    return { ...worst, sentence: parts.map(({ sentence }) => sentence).join(' ') };
  },
};

/** Rows a second, in large requests. */
export const throughput: Kind<ThroughputRule> = {
  text: ({ at_least: bound }) => `throughput ≥ ${readable(bound)} rows/s`,
  judge: ({ at_least: bound }, evidence) => {
    const value = measured(evidence, 'rows_per_second');
    if (value === undefined) return { held: undefined, sentence: untested };
    const held = value >= bound;
    const sentence = `It scores ${readable(value)} rows a second, ${held ? 'at least' : 'fewer than'} the required ${readable(bound)}.`;
    return { held, value, bound, sentence };
  },
};

/** MB of memory or of files. */
export const megabytes = (measure: 'memory_mb' | 'size_mb'): Kind<MegabytesRule> => {
  const name = measure === 'memory_mb' ? 'memory' : 'size';
  return {
    text: ({ at_most_mb: bound }) => `${name} ≤ ${readable(bound)} MB`,
    judge: ({ at_most_mb: bound }, evidence) => atMost(evidence, measure, { name, bound, unit: 'MB' }),
  };
};

/** How long the training took. */
export const trainingTime: Kind<TrainingTimeRule> = {
  text: ({ at_most_s: bound }) => `training ≤ ${readable(bound)} s`,
  judge: ({ at_most_s: bound }, { tests }) => {
    const value = tests?.training?.seconds;
    if (value === undefined)
      return {
        held: undefined,
        sentence: tests === undefined ? untested : 'Nobody has measured how long the training took.',
      };
    return bounded({ name: 'training', value, bound, unit: 's' });
  },
};

const measured = ({ tests }: Evidence, measure: Footprint): number | undefined => {
  const value = tests?.footprint[measure]?.value;
  return value === undefined || Number.isNaN(value) ? undefined : value;
};

interface Bounded {
  readonly name: string;
  readonly bound: number;
  readonly unit: string;
}

function atMost(evidence: Evidence, measure: Footprint, how: Bounded): Judgement {
  const value = measured(evidence, measure);
  return value === undefined ? { held: undefined, sentence: untested } : bounded({ ...how, value });
}

function bounded({ name, bound, unit, value }: Bounded & { readonly value: number }): Judgement {
  const held = value <= bound;
  const sentence = `${name} is ${readable(value)} ${unit}, ${held ? 'at most' : 'above'} the allowed ${readable(bound)} ${unit}.`;
  return { held, value, bound, sentence };
}
