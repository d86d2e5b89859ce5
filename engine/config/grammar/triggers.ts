import * as v from 'valibot';
import type { TriggersConfig } from '../../protocol/triggers';
import { drift } from './driftTrigger';
import { metric } from './metricTrigger';
import { pathProblem } from './path';
import { flag, reference, text } from './terms';
import { limits } from './triggerLimits';

const cron = () =>
  v.pipe(
    text('a cron text such as "0 3 * * 1"'),
    v.maxLength(200, 'out-of-range|may have at most 200 characters'),
    v.description(
      'Minute, hour, day of the month, month, day of the week; or `@hourly`, `@daily`, `@weekly`, `@monthly`.',
    ),
    v.examples(['0 3 * * 1', '0 6 * * *', '*/15 * * * *', '@daily']),
  );

const schedule = v.pipe(
  v.union(
    [
      cron(),
      v.strictObject({
        cron: cron(),
        timezone: v.exactOptional(
          v.pipe(
            text('the name of a time zone'),
            v.description('Such as `Europe/Berlin` or `UTC`. Without it: that of the computer.'),
            v.examples(['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Tokyo']),
          ),
        ),
        missed: v.optional(
          v.pipe(
            v.picklist(['once', 'skip', 'all']),
            v.description(
              'Times that passed while nothing ran: one run for all of them, none, or one for each (at most 100).',
            ),
          ),
          'once',
        ),
        ...limits,
      }),
    ],
    'must be a cron text such as "0 3 * * 1", or a mapping with `cron`',
  ),
  v.transform(value => (typeof value === 'string' ? { cron: value, missed: 'once' as const } : value)),
  v.description('Times at which it starts.'),
);

const datasets = () => v.array(reference('dataset'), 'must be a list of datasets');
const list = (value: string | string[]): readonly string[] => (typeof value === 'string' ? [value] : value);

const change = v.pipe(
  v.union(
    [
      reference('dataset'),
      datasets(),
      v.strictObject({
        datasets: v.pipe(v.union([reference('dataset'), datasets()]), v.description('The datasets.')),
        ...limits,
      }),
    ],
    'must be a dataset, a list of datasets, or a mapping with `datasets`',
  ),
  v.transform(value =>
    typeof value === 'string' || Array.isArray(value)
      ? { datasets: list(value) }
      : { ...value, datasets: list(value.datasets) },
  ),
  v.description('Datasets: it starts when the content of one is another, whatever the time of its file.'),
);

const pattern = () =>
  v.pipe(
    text('a pattern such as "incoming/*.csv"'),
    v.rawCheck(({ dataset, addIssue }) => {
      const message = dataset.typed ? pathProblem(dataset.value.replace(/^!/, '')) : undefined;
      if (message !== undefined) addIssue({ message });
    }),
    v.transform(value => value.replaceAll('\\', '/')),
    v.examples(['incoming/*.csv', 'data/**/*.parquet']),
  );
const patterns = () =>
  v.pipe(
    v.array(pattern(), 'must be a list of patterns'),
    v.minLength(1, 'out-of-range|must have at least one pattern'),
  );

const files = v.pipe(
  v.union(
    [
      pattern(),
      patterns(),
      v.strictObject({
        patterns: v.pipe(v.union([pattern(), patterns()]), v.description('The patterns.')),
        ...limits,
      }),
    ],
    'must be a pattern, a list of patterns, or a mapping with `patterns`',
  ),
  v.transform(value =>
    typeof value === 'string' || Array.isArray(value)
      ? { patterns: list(value) }
      : { ...value, patterns: list(value.patterns) },
  ),
  v.description(
    'Patterns of files in the workspace: it starts when there is a new one, or the content of one is another. `!` in front leaves some out.',
  ),
);

const model = v.pipe(
  v.union(
    [
      reference('model'),
      v.strictObject({
        name: v.pipe(reference('model'), v.description('The registered model.')),
        stage: v.exactOptional(
          v.pipe(
            reference('stage'),
            v.description('It starts when a version enters this stage. Without it: for each new version.'),
          ),
        ),
        ...limits,
      }),
    ],
    'must be a model, or a mapping with `name`',
  ),
  v.transform(value => (typeof value === 'string' ? { name: value } : value)),
  v.description('A registered model: it starts when there is a new version, or when one enters a stage.'),
);

/** `on:` of a pipeline. */
export const triggers = v.pipe(
  v.strictObject({
    schedule: v.exactOptional(schedule),
    change: v.exactOptional(change),
    files: v.exactOptional(files),
    model: v.exactOptional(model),
    metric: v.exactOptional(metric),
    drift: v.exactOptional(drift),
    manual: v.optional(
      v.pipe(flag(), v.description('Whether `modelyard triggers fire NAME` may start it, behind what runs already.')),
      true,
    ),
    overlap: v.optional(
      v.pipe(
        v.picklist(['queue', 'skip']),
        v.description('While the pipeline runs: `queue` starts it once more afterwards, `skip` does not.'),
      ),
      'queue',
    ),
    ...limits,
  }),
  v.transform((value): TriggersConfig => value),
  v.description(
    'What starts the pipeline by itself, while the folder is open in the editor or `modelyard watch` runs. `cool_down` and `budget` here are for all its triggers together, those of a trigger for it alone.',
  ),
);
