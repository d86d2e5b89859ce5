import type { Command } from 'commander';
import { Option } from 'commander';
import type { JoinMode, PreviewFilter } from '../../protocol/featureJoins';
import type { PushRequest } from '../../protocol/featureOnline';
import type { GlobalOptions } from '../commandContext';
import type { Add } from './add';
import { wholeNumber } from './wholeNumber';

export interface FeatureHandlers {
  features(options: GlobalOptions): Promise<void>;
  featureView(options: GlobalOptions, view: string): Promise<void>;
  applyFeatures(options: GlobalOptions, views: readonly string[]): Promise<void>;
  featureDiff(options: GlobalOptions & DiffFlags, versions: ComparedFeatures): Promise<void>;
  computeFeatures(options: GlobalOptions & { limit: number }, view: string): Promise<void>;
  trainingSet(options: GlobalOptions & TrainingSetFlags, service: string | undefined): Promise<void>;
  previewFeatures(options: GlobalOptions & PreviewFlags, service: string | undefined): Promise<void>;
  materialiseFeatures(options: GlobalOptions & MaterialiseFlags, views: readonly string[]): Promise<void>;
  getFeatures(options: GlobalOptions & GetFlags, service: string | undefined): Promise<void>;
  featureStatistics(options: GlobalOptions, view: string): Promise<void>;
  checkFeatures(options: GlobalOptions, views: readonly string[]): Promise<void>;
  pushFeatures(options: GlobalOptions & Pick<PushRequest, 'to' | 'id'>, pushed: PushedRows): Promise<void>;
}

export interface DiffFlags {
  readonly exitCode?: boolean;
  readonly values?: boolean;
}

export interface JoinFlags {
  /** Instead of a service. */
  readonly features?: readonly string[];
  readonly entities: string;
  readonly eventTime?: string;
  readonly timezone?: string;
  readonly created?: JoinMode;
  readonly fullNames?: boolean;
}

export interface TrainingSetFlags extends JoinFlags {
  readonly to: string;
  readonly force?: boolean;
}

export interface PreviewFlags extends JoinFlags {
  readonly limit: number;
  readonly offset: number;
  readonly filter: PreviewFilter;
}

export interface MaterialiseFlags {
  readonly from?: string;
  readonly to?: string;
  readonly full?: boolean;
}

export interface GetFlags {
  /** Instead of a service. */
  readonly features?: readonly string[];
  /** `applicant_id=1` */
  readonly with: readonly string[];
  readonly fullNames?: boolean;
}

export interface PushedRows {
  readonly view: string;
  /** Of JSON lines; `-`: standard input. */
  readonly file: string;
}

export interface ComparedFeatures {
  readonly view: string;
  /** Absent: the version before the newest. */
  readonly before: string | undefined;
  /** Absent: the newest. */
  readonly after: string | undefined;
}

export function addFeatures(add: Add, program: Command, handlers: FeatureHandlers): void {
  const features = program.command('features').description('look at feature views, and compute with them');
  add(features, 'list', 'the feature views of modelyard.yaml: version, newest values, who uses them').action(
    (_: unknown, command: Command) => handlers.features(command.optsWithGlobals()),
  );
  add(features, 'show <view>', 'one view, or a version of it: loans, loans@v2').action(
    (view: string, _: unknown, command: Command) => handlers.featureView(command.optsWithGlobals(), view),
  );
  add(features, 'apply [views...]', 'record the definitions as they stand: what is new becomes a version').action(
    (views: string[], _: unknown, command: Command) => handlers.applyFeatures(command.optsWithGlobals(), views),
  );
  add(features, 'diff <view> [before] [after]', 'what differs between two versions of a view (default: the newest two)')
    .option('--values', 'also how the values of each entity differ')
    .option('--exit-code', 'end with 1 when something differs')
    .action((...[view, before, after, , command]: [string, string | undefined, string | undefined, unknown, Command]) =>
      handlers.featureDiff(command.optsWithGlobals(), { view, before, after }),
    );
  add(features, 'compute <view>', 'compute all rows of a view, or of a version of it, and show the first')
    .addOption(new Option('--limit <n>', 'so many rows').default(10).argParser(wholeNumber(0, 1000)))
    .action((view: string, _: unknown, command: Command) => handlers.computeFeatures(command.optsWithGlobals(), view));
  addJoins(add, features, handlers);
  addMonitoring(add, features, handlers);
  addOnline(add, features, handlers);
}

function addOnline(add: Add, features: Command, handlers: FeatureHandlers): void {
  add(features, 'materialise [views...]', 'bring what is new in sources into the online store')
    .option('--from <time>', 'events and corrections after this time (default: where the last one ended)')
    .option('--to <time>', 'up to this time (default: now)')
    .option('--full', 'from the beginning')
    .action((views: string[], _: unknown, command: Command) =>
      handlers.materialiseFeatures(command.optsWithGlobals(), views),
    );
  add(features, 'get [service]', 'values of features as they are online now')
    .requiredOption('--with <name=value...>', 'a key or what the request gives, an entity each time: applicant_id=17')
    .option('--features <reference...>', 'instead of a service: loans, loans:income, loans@v2:income')
    .option('--full-names', 'name features view__feature')
    .action((service: string | undefined, _: unknown, command: Command) =>
      handlers.getFeatures(command.optsWithGlobals(), service),
    );
  add(features, 'push <view> <file>', 'bring rows as they happen, from a file of JSON lines; - reads standard input')
    .addOption(
      new Option('--to <where>', 'what gets them: requests, training, or both')
        .choices(['online', 'offline', 'online_and_offline'])
        .default('online_and_offline'),
    )
    .option('--id <id>', 'of this push: when it is repeated with the same file, what was taken is not taken again')
    .action((...[view, file, , command]: [string, string, unknown, Command]) =>
      handlers.pushFeatures(command.optsWithGlobals(), { view, file }),
    );
}

function addMonitoring(add: Add, features: Command, handlers: FeatureHandlers): void {
  add(features, 'statistics <view>', 'how the values of a view are distributed, as last computed').action(
    (view: string, _: unknown, command: Command) => handlers.featureStatistics(command.optsWithGlobals(), view),
  );
  add(features, 'check [views...]', 'compute views anew and compare them: age, nulls, drift, skew of serving').action(
    (views: string[], _: unknown, command: Command) => handlers.checkFeatures(command.optsWithGlobals(), views),
  );
}

function addJoins(add: Add, features: Command, handlers: FeatureHandlers): void {
  joining(add(features, 'training-set [service]', 'join features to the rows of a file, as they were known at the time of each row')) // prettier-ignore
    .requiredOption('--to <file>', 'what to write: a dataset, or a file that ends with .csv, .jsonl or .parquet')
    .option('--force', 'replace a file that is there')
    .action((service: string | undefined, _: unknown, command: Command) =>
      handlers.trainingSet(command.optsWithGlobals(), service),
    );
  const filters: readonly PreviewFilter[] = ['all', 'missed', 'changed'];
  joining(add(features, 'preview [service]', 'the same for some rows, with the row that each value is from and why there is none')) // prettier-ignore
    .addOption(new Option('--limit <n>', 'so many rows').default(20).argParser(wholeNumber(0, 1000)))
    .addOption(new Option('--offset <n>', 'after so many others').default(0).argParser(wholeNumber(0, 999_999_999)))
    .addOption(
      new Option('--filter <which>', 'missed: a value is missing; changed: what became known later would change one')
        .choices(filters)
        .default('all'),
    )
    .action((service: string | undefined, _: unknown, command: Command) =>
      handlers.previewFeatures(command.optsWithGlobals(), service),
    );
}

const joining = (command: Command): Command =>
  command
    .requiredOption('--entities <name>', 'the rows that ask: a dataset, or a data file')
    .option('--features <reference...>', 'instead of a service: loans, loans:income, loans@v2:income')
    .option('--event-time <column>', 'its column with the time of each row (default: all ask for now)')
    .option('--timezone <zone>', 'of times without one (default: UTC)')
    .addOption(
      new Option(
        '--created <mode>',
        'known: only what was known at the time; tie-break: when a row became known decides between rows of one time only (default: known)',
      ).choices(['known', 'tie-break']),
    )
    .option('--full-names', 'name columns view__feature');
