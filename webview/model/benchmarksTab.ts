import type { ModelTests } from '../../engine/protocol/modelTests';
import type { ModelVersion, RegisteredModel } from '../../engine/protocol/registry';
import { ChartView } from '../shared/charts/chartView';
import { busy, emptyState } from '../shared/components';
import { fill, h } from '../shared/dom';
import { parseJson } from '../shared/json';
import { t } from '../shared/l10n';
import { isModelTests } from '../shared/modelTestsFile';
import type { BenchmarkKey } from './benchmarkSpecs';
import { benchmarkKeys, benchmarkSpec, boundOf } from './benchmarkSpecs';
import type { ModelContext, ModelTab } from './context';
import type { ModelData } from './modelStore';

/** Newest versions whose files are read. */
const most = 60;
const atOnce = 6;

/** How fast and how large the versions are, the newest on the right, and where one was called worse. */
export class BenchmarksTab implements ModelTab {
  readonly element = h('div', { class: 'stack' });
  private readonly charts = new Map<BenchmarkKey, ChartView>();
  private readonly grid = h('div', { class: 'charts' });
  /** What was read, by run and digest: that stays as it is. */
  private readonly tests = new Map<string, ModelTests | undefined>();
  private last = 0;

  constructor(private readonly context: ModelContext) {}

  update({ model }: ModelData): void {
    void this.load(model);
  }

  private async load(model: RegisteredModel): Promise<void> {
    const own = ++this.last;
    const versions = model.versions.slice(0, most);
    const unread = versions.filter(version => !this.tests.has(keyOf(version)));
    if (unread.length > 0 && this.charts.size === 0) fill(this.element, busy());
    for (let at = 0; at < unread.length; at += atOnce)
      await Promise.all(unread.slice(at, at + atOnce).map(version => this.read(version)));
    if (own === this.last) this.draw(model, versions);
  }

  private async read(version: ModelVersion): Promise<void> {
    const { runId } = version;
    const found = runId === undefined ? undefined : await this.file(runId);
    this.tests.set(keyOf(version), found);
  }

  private async file(runId: NonNullable<ModelVersion['runId']>): Promise<ModelTests | undefined> {
    const { channel } = this.context;
    const answer = await channel
      .call('runs/artifact', { runId, path: 'model-tests.json', maxBytes: 4 << 20 })
      .catch(() => undefined); // most runs have none
    const value = answer?.text === undefined ? undefined : parseJson(answer.text);
    return isModelTests(value) ? value : undefined;
  }

  private draw(model: RegisteredModel, versions: readonly ModelVersion[]): void {
    const measured = versions.map(version => {
      const tests = this.tests.get(keyOf(version));
      return { version, bound: boundOf(model, version), ...(tests && { tests }) };
    });
    let shown = 0;
    for (const key of benchmarkKeys) {
      const spec = benchmarkSpec(key, measured);
      if (!spec) continue;
      shown++;
      const known = this.charts.get(key);
      if (known) known.update(spec);
      else {
        const chart = new ChartView(spec, this.context.channel);
        this.charts.set(key, chart);
        this.grid.append(chart.element);
      }
    }
    if (shown === 0) {
      const hint = t(
        'A step `test` of the pipeline measures latency, throughput, memory and size; see the documentation of model tests.',
      );
      fill(this.element, emptyState(t('Nothing was measured yet'), hint));
    } else fill(this.element, h('p', { class: 'muted' }, about(measured.length, model.versions.length)), this.grid);
  }
}

function about(shown: number, all: number): string {
  const called = t(
    'A version is called worse only beyond what two measurements of one model differ by, and what the gate allows.',
  );
  return shown < all ? `${t('The newest {0} of {1} versions.', shown, all)} ${called}` : called;
}

const keyOf = ({ version, runId, lineage }: ModelVersion): string =>
  [version, runId ?? '', lineage.testsDigest ?? ''].join(' ');
