import type { Command } from 'commander';
import type { GlobalOptions } from '../commandContext';
import type { Add } from '../elsewhere';

export interface FeatureHandlers {
  features(options: GlobalOptions): Promise<void>;
  featureView(options: GlobalOptions, view: string): Promise<void>;
  applyFeatures(options: GlobalOptions, views: readonly string[]): Promise<void>;
  featureDiff(options: GlobalOptions & { exitCode?: boolean }, versions: ComparedFeatures): Promise<void>;
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
    .option('--exit-code', 'end with 1 when something differs')
    .action((...[view, before, after, , command]: [string, string | undefined, string | undefined, unknown, Command]) =>
      handlers.featureDiff(command.optsWithGlobals(), { view, before, after }),
    );
}
