import type { ConfigService } from '../../config/service';
import type { PipelineParameters, WrittenParameter } from '../../config/parameters';
import type { ParameterEffect, ParameterValue } from '../../protocol/effects';
import type { Database } from '../../store/database';
import { canonical, effectOf } from '../../tracking/effect';
import type { Effect, ValueEffect } from '../../tracking/effect';
import type { EffectQuery, EffectReader } from '../../tracking/effectReader';
import { Answers } from './answers';
import type { Moment } from './answers';
import { loggedNames } from './loggedNames';

export interface EffectParts {
  readonly config: Pick<ConfigService, 'parameters'>;
  readonly reader: EffectReader;
  readonly db: Pick<Database, 'onCommit'>;
  readonly now?: () => number;
}

const shownValues = 20;

interface Metric {
  readonly name: string;
  readonly higherIsBetter: boolean;
}
type Measured = ReadonlyMap<string, Effect | undefined>;

/** In order of preference, after what the gates ask for. */
const usual: readonly Metric[] = [
  ...['auc', 'average_precision', 'f1', 'macro_f1', 'accuracy', 'r2', 'val_accuracy', 'score'].map(higher),
  ...['expected_cost', 'rmse', 'mae', 'mse', 'log_loss', 'brier', 'val_loss', 'loss'].map(lower),
];

function higher(name: string): Metric {
  return { name, higherIsBetter: true };
}
function lower(name: string): Metric {
  return { name, higherIsBetter: false };
}

/** What earlier runs say about the values in modelyard.yaml. */
export class Effects {
  private commits = 0;
  private readonly metricNames = new Answers<readonly string[]>(() => this.moment());
  private readonly known = new Answers<Measured>(() => this.moment());
  private readonly now: () => number;

  constructor(private readonly parts: EffectParts) {
    this.now = parts.now ?? Date.now;
    parts.db.onCommit(() => this.commits++);
  }

  /** `text`: unsaved, from an editor; else the file. */
  async of(text?: string): Promise<readonly ParameterEffect[]> {
    const found: ParameterEffect[] = [];
    for (const pipeline of await this.parts.config.parameters(text)) found.push(...(await this.ofPipeline(pipeline)));
    return found;
  }

  private async ofPipeline(pipeline: PipelineParameters): Promise<readonly ParameterEffect[]> {
    if (pipeline.parameters.length === 0) return [];
    const metric = chosen(pipeline, await this.metrics(pipeline.pipeline));
    if (metric === undefined) return [];
    const found: ParameterEffect[] = [];
    for (const [runName, parameters] of byRun(pipeline)) {
      const params = [...new Set(parameters.flatMap(loggedNames))].sort();
      const query = { pipeline: pipeline.pipeline, params, metric: metric.name, ...(runName !== '' && { runName }) };
      const measured = await this.measured(query, metric.higherIsBetter);
      for (const parameter of parameters) {
        const param = loggedNames(parameter).find(name => measured.get(name) !== undefined);
        const effect = param === undefined ? undefined : measured.get(param);
        if (param !== undefined && effect)
          found.push(this.told({ pipeline: pipeline.pipeline, parameter, param, metric, effect }));
      }
    }
    return found;
  }

  private metrics(pipeline: string): Promise<readonly string[]> {
    return this.metricNames.of(pipeline, () => Promise.resolve(this.parts.reader.metrics(pipeline)));
  }

  private measured(query: EffectQuery, higherIsBetter: boolean): Promise<Measured> {
    return this.known.of(JSON.stringify([query, higherIsBetter]), async () => {
      const all = await this.parts.reader.measurements(query);
      return new Map([...all].map(([param, one]) => [param, effectOf(one, higherIsBetter)]));
    });
  }

  private moment(): Moment {
    return { at: this.now(), commits: this.commits };
  }

  private told(what: {
    pipeline: string;
    parameter: WrittenParameter;
    param: string;
    metric: Metric;
    effect: Effect;
  }): ParameterEffect {
    const { pipeline, parameter, param, metric, effect } = what;
    const { key, step, path, value, range } = parameter;
    const [best] = effect.values;
    const now = effect.values.find(one => canonical(one.value) === canonical(value));
    const shown = effect.values.slice(0, shownValues);
    const values = now === undefined || shown.includes(now) ? shown : [...shown.slice(0, -1), now];
    const gain = best && now && (metric.higherIsBetter ? 1 : -1) * (best.mean - now.mean);
    return {
      ...{ key, range, pipeline, step, param, metric: metric.name, higherIsBetter: metric.higherIsBetter },
      name: path.at(-1) ?? key,
      runs: effect.runs,
      now: value,
      values: values.map(one => this.value(one)),
      different: effect.values.length,
      ...(gain !== undefined && { gain }),
      ...(effect.correlation !== undefined && { correlation: effect.correlation }),
    };
  }

  private value({ value, runs, mean, best, bestRun }: ValueEffect): ParameterValue {
    return { value, runs, mean, best, bestRun: { id: this.parts.reader.runId(bestRun), number: bestRun } };
  }
}

/** The first that the gates ask for and the runs have; else a usual one. */
function chosen({ metrics }: PipelineParameters, measured: readonly string[]): Metric | undefined {
  const asked = metrics.flatMap(({ name, higherIsBetter = usual.find(one => one.name === name)?.higherIsBetter }) =>
    higherIsBetter === undefined ? [] : [{ name, higherIsBetter }],
  );
  return [...asked, ...usual].find(({ name }) => measured.includes(name));
}

/** One of several `train` steps has a run of its own, which is called so; all else is in the pipeline's run. */
function byRun({ pipeline, trains, parameters }: PipelineParameters): ReadonlyMap<string, readonly WrittenParameter[]> {
  const groups = new Map<string, WrittenParameter[]>();
  for (const parameter of parameters) {
    const { step } = parameter;
    const run = trains.length > 1 && trains.includes(step) ? `${pipeline}/${step}` : '';
    groups.set(run, [...(groups.get(run) ?? []), parameter]);
  }
  return groups;
}
