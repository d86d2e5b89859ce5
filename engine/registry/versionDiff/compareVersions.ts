import type { GateReport } from '../../protocol/gates';
import type { ModelVersion } from '../../protocol/registry';
import type { ComparedTexts, MeasuredNumber, VersionComparison } from '../../protocol/registryMoves';
import type { MeasuredSide } from './metricChanges';

/** What is known of one version beside others. */
export interface ComparedVersion extends MeasuredSide {
  readonly version: ModelVersion;
  readonly params: Readonly<Record<string, string>>;
  /** How it was judged last, for each stage. */
  readonly reports: readonly GateReport[];
}

/**
 * Versions of a model side by side, in their order.
 * @param stages in the order in which reports are shown
 */
export function compareVersions(
  model: string,
  compared: readonly ComparedVersion[],
  stages: readonly string[],
): VersionComparison {
  const metrics = namesOf(compared.map(one => one.metrics)).map(name => ({
    name,
    cells: compared.map(one => numberOf(one, name)),
  }));
  const judged = stages.filter(stage => compared.some(({ reports }) => reports.some(one => one.stage === stage)));
  return {
    model,
    versions: compared.map(({ version }) => version),
    metrics,
    params: table(compared.map(({ params }) => params)),
    data: table(compared.map(({ version }) => dataOf(version))),
    gates: judged.map(stage => ({
      stage,
      cells: compared.map(({ reports }) => reports.find(report => report.stage === stage) ?? null),
    })),
  };
}

const dataOf = ({ lineage }: ModelVersion): Readonly<Record<string, string>> =>
  Object.fromEntries(lineage.datasets.map(({ name, digest }) => [name, digest]));

const namesOf = (all: readonly object[]): readonly string[] =>
  [...new Set(all.flatMap(one => Object.keys(one)))].sort();

function numberOf({ metrics, intervals }: MeasuredSide, name: string): MeasuredNumber | null {
  const value = Object.hasOwn(metrics, name) ? metrics[name] : undefined;
  if (value === undefined) return null;
  const interval = Object.hasOwn(intervals, name) ? intervals[name] : undefined;
  return { value, ...(interval && { interval }) };
}

const table = (all: readonly Readonly<Record<string, string>>[]): readonly ComparedTexts[] =>
  namesOf(all).map(name => {
    const cells = all.map(one => (Object.hasOwn(one, name) ? (one[name] ?? null) : null));
    return { name, cells, isSame: new Set(cells).size === 1 };
  });
