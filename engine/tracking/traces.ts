import type { ExperimentId, TraceId } from '../protocol/ids';
import type { Experiment } from '../protocol/tracking';
import type { Database } from '../store/database';
import { ArtifactStore } from './artifactStore';
import { Artifacts } from './artifacts';
import type { ArtifactObjects, OwnedFolder } from './artifacts';
import { invalid, noTrace, noTraceTag, traceIncomplete } from './failures';
import { searchTraces } from './traceSearch';
import type { NewSpans, SpanRecord, Trace, TraceDeletion, TraceInfo, TraceSearch } from './traceRecords';
import { TraceStore } from './traceStore';
import type { TraceRow } from './traceStore';

export interface TracesOptions {
  readonly db: Database;
  readonly objects: ArtifactObjects;
  readonly now: () => number;
  readonly write: <T>(work: () => T) => T;
  readonly activeExperiment: (id: ExperimentId) => Pick<Experiment, 'id'>;
  /** Called within `write`: what hangs on the run of that id changed. */
  readonly runChanged: (id: string) => void;
}

const MAX_TAG_KEY = 250;
const SOURCE_RUN = 'mlflow.sourceRun';
const SPANS_LOCATION = 'mlflow.trace.spansLocation';
const FINAL = 'mlflow.trace.infoFinalized';
const SIZES = 'mlflow.trace.sizeStats';

/** Recorded calls of programs. Errors: `not-found`, `conflict` (deleted experiment), `params.invalid`. */
export class Traces {
  private readonly store: TraceStore;
  private readonly files: Artifacts<TraceRow>;

  constructor(private readonly options: TracesOptions) {
    const { db, objects, now, write } = options;
    this.store = new TraceStore(db);
    this.files = new Artifacts({
      store: new ArtifactStore(db, 'trace_artifact'),
      objects,
      now,
      write,
      changed: () => undefined,
      called: ({ id }) => `trace ${id}`,
    });
  }

  /** Also of a trace whose spans came first; what it says of itself wins. */
  save(info: TraceInfo): TraceInfo {
    const { tags, metadata, ...rest } = info;
    for (const key of Object.keys(tags)) checkTag(key);
    this.options.activeExperiment(info.experimentId);
    return this.options.write(() => {
      const trace = this.store.save(rest);
      for (const pair of Object.entries({ ...tags, ...this.location(trace) })) this.store.setText(trace, 'tag', pair);
      for (const pair of Object.entries({ ...metadata, [FINAL]: 'true' })) this.store.setText(trace, 'metadata', pair);
      this.options.runChanged(metadata[SOURCE_RUN] ?? '');
      return this.get(info.id);
    });
  }

  /** Spans of any number of traces, which are made when they are not there yet. All of them or none. */
  addSpans({ experimentId, runId, spans }: NewSpans): void {
    this.options.activeExperiment(experimentId);
    this.options.write(() => {
      for (const [id, own] of byTrace(spans)) {
        const known = this.store.byId(id);
        const isFinal = known !== undefined && this.store.whole([known])[0]?.metadata[FINAL] !== undefined;
        const trace = known !== undefined && isFinal ? known : this.store.save(summary(id, experimentId, own));
        for (const pair of Object.entries({ ...this.location(trace), [SPANS_LOCATION]: 'TRACKING_STORE' }))
          this.store.setText(trace, 'tag', pair);
        if (runId !== undefined) this.store.setText(trace, 'metadata', [SOURCE_RUN, runId]);
        for (const span of own) this.store.saveSpan(trace, span);
      }
      this.options.runChanged(runId ?? '');
    });
  }

  get(id: string): TraceInfo {
    const [info] = this.store.whole([this.row(id)]);
    if (info === undefined) throw noTrace(id);
    return info;
  }

  /** Those that are there, in the order of the ids. */
  infos(ids: readonly string[]): readonly TraceInfo[] {
    return this.store.whole(this.store.byIds(ids));
  }

  /** @throws ModelyardError `not-found` also when spans are still missing, unless a part will do */
  trace(id: string, options: { readonly allowPartial?: boolean } = {}): Trace {
    const [trace] = this.withSpans([this.row(id)]);
    if (trace === undefined) throw noTrace(id);
    if (!trace.isWhole && options.allowPartial !== true) throw traceIncomplete(id);
    return trace;
  }

  /** Those that are there and whole. */
  traces(ids: readonly string[]): readonly Trace[] {
    return this.withSpans(this.store.byIds(ids)).filter(({ isWhole }) => isWhole);
  }

  search(search: TraceSearch): { readonly traces: readonly TraceInfo[]; readonly nextPageToken?: string } {
    const { rows, nextPageToken } = searchTraces(this.options.db, search);
    const traces = this.store.whole(this.store.byNumbers(rows));
    return { traces, ...(nextPageToken !== undefined && { nextPageToken }) };
  }

  setTag(id: string, key: string, value: string): void {
    checkTag(key);
    const trace = this.row(id);
    this.options.write(() => this.store.setText(trace, 'tag', [key, value]));
  }

  deleteTag(id: string, key: string): void {
    const trace = this.row(id);
    this.options.write(() => {
      if (!this.store.deleteTag(trace, key)) throw noTraceTag(key, id);
    });
  }

  /** With their spans and files; returns how many there were. */
  delete(deletion: TraceDeletion): number {
    return this.options.write(() => this.store.delete(deletion));
  }

  folder(id: string): OwnedFolder {
    const trace = this.row(id);
    return { ...this.files.folder(trace, () => this.row(id)), experimentId: trace.experimentId };
  }

  private withSpans(rows: readonly TraceRow[]): readonly Trace[] {
    const spans = this.store.spans(rows);
    const infos = this.store.whole(rows);
    return rows.flatMap((row, index) => {
      const own = spans.get(row.row) ?? [];
      const info = infos[index];
      if (info === undefined) return [];
      const isWhole = own.some(span => span.isRoot) && own.length >= announced(info);
      return [{ info, spans: own.map(({ content }) => content), isWhole }];
    });
  }

  private location({ experimentId, id }: TraceRow): Readonly<Record<string, string>> {
    return { 'mlflow.artifactLocation': `mlflow-artifacts:/${experimentId}/traces/${id}/artifacts` };
  }

  private row(id: string): TraceRow {
    const trace = this.store.byId(id);
    if (trace === undefined) throw noTrace(id);
    return trace;
  }
}

function checkTag(key: string): void {
  if (key === '') throw invalid('The name of a tag is empty.');
  if (key.length > MAX_TAG_KEY)
    throw invalid(`The name of a tag has ${key.length} characters; ${MAX_TAG_KEY} are allowed.`);
}

function byTrace(spans: readonly SpanRecord[]): ReadonlyMap<TraceId, readonly SpanRecord[]> {
  const groups = new Map<TraceId, SpanRecord[]>();
  for (const span of spans) {
    const own = groups.get(span.traceId);
    if (own === undefined) groups.set(span.traceId, [span]);
    else own.push(span);
  }
  return groups;
}

/** How many spans a trace says it has; 0: it does not say. */
function announced({ metadata }: TraceInfo): number {
  const [, count = '0'] = /"num_spans":\s*(\d{1,9})/.exec(metadata[SIZES] ?? '') ?? [];
  return Number(count);
}

const NANOS = 1_000_000n;

/** What spans alone say of their trace: it is over when its root is. */
function summary(
  id: TraceId,
  experimentId: ExperimentId,
  spans: readonly SpanRecord[],
): Omit<TraceInfo, 'tags' | 'metadata'> {
  const started = spans.map(({ startedAt }) => Number(BigInt(startedAt) / NANOS));
  const ended = spans.map(({ endedAt }) => Number(BigInt(endedAt) / NANOS));
  const root = spans.find(({ parentId }) => parentId === undefined);
  const requestedAt = Math.min(...started);
  return {
    id,
    experimentId,
    requestedAt,
    state: root === undefined ? 'IN_PROGRESS' : root.failed ? 'ERROR' : 'OK',
    ...(root !== undefined && { duration: Math.max(0, Math.max(...ended) - requestedAt) }),
  };
}
