import type { ModelyardError } from '../../../errors';
import type { KnownRun, Point } from '../../ports';
import type { MlflowServer } from './mlflowServer';
import { isAboutContent, pairs } from './mlflowServer';

const CONTEXT = 'mlflow.data.context';

/** MLflow's bounds of one call. */
const MOST_METRICS = 1_000;
const MOST_TEXTS = 100;
const MOST_BYTES = 900_000;
/** MLflow's bound of a dataset's digest; ours are longer. */
const DIGEST = 36;

interface Item {
  readonly key: string;
  readonly json: string;
}

/**
 * Writes one run to the server, in calls within MLflow's bounds. What the server refuses (a name it does not allow, a value
 * that is too long) is left out and told; the rest is written.
 */
export class RunWriter {
  /** `problem`: what was refused, and why. */
  constructor(
    private readonly server: MlflowServer,
    private readonly run: string,
    private readonly problem: (what: string, error: ModelyardError) => void,
  ) {}

  params(params: Readonly<Record<string, string>>): Promise<void> {
    return this.texts('params', 'parameter', Object.entries(params));
  }

  tags(tags: readonly (readonly [string, string])[]): Promise<void> {
    return this.texts('tags', 'tag', tags);
  }

  /** Points of one metric. */
  async metric(key: string, points: readonly Point[]): Promise<void> {
    const items = points.map(point => ({ key, json: metricJson(key, point) }));
    for (const piece of pieces(items, MOST_METRICS)) await this.send('metrics', 'metric', piece);
  }

  /** `body` of runs/log-inputs, one dataset a call, so that one that is refused is alone. */
  async inputs(inputs: KnownRun['inputs']): Promise<void> {
    for (const input of inputs) {
      try {
        await this.server.postRun('log-inputs', { run_id: this.run, datasets: [datasetJson(input)] });
      } catch (error) {
        if (!isAboutContent(error)) throw error;
        this.problem(`dataset ${input.dataset}`, error);
      }
    }
  }

  private async texts(kind: string, word: string, entries: readonly (readonly [string, string])[]): Promise<void> {
    const items = entries.map(([key, value]) => ({ key, json: JSON.stringify({ key, value }) }));
    for (const piece of pieces(items, MOST_TEXTS)) await this.send(kind, word, piece);
  }

  /** A batch is all or nothing for the server: a refused one is sent again key by key. */
  private async send(kind: string, word: string, items: readonly Item[]): Promise<void> {
    try {
      const list = items.map(({ json }) => json).join(',');
      await this.server.postRun('log-batch', `{"run_id":${JSON.stringify(this.run)},"${kind}":[${list}]}`);
    } catch (error) {
      if (!isAboutContent(error)) throw error;
      const keys = [...new Set(items.map(({ key }) => key))];
      if (keys.length === 1) this.problem(`${word} ${keys[0] ?? ''}`, error);
      else for (const key of keys) await this.send(kind, word, items.filter(item => item.key === key)); // prettier-ignore
    }
  }
}

function* pieces(items: readonly Item[], most: number): Generator<readonly Item[]> {
  let piece: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = Buffer.byteLength(item.json) + 1;
    if (piece.length > 0 && (piece.length === most || bytes + size > MOST_BYTES)) {
      yield piece;
      piece = [];
      bytes = 0;
    }
    piece.push(item);
    bytes += size;
  }
  if (piece.length > 0) yield piece;
}

/** 64-bit integers as texts, NaN and infinities too, as protocol buffers have them in JSON. */
function metricJson(key: string, { value, step, time }: Point): string {
  return JSON.stringify({
    key,
    value: Number.isFinite(value) ? value : String(value),
    timestamp: Number.isSafeInteger(Number(time)) ? Number(time) : String(time),
    step: Number.isSafeInteger(Number(step)) ? Number(step) : String(step),
  });
}

const isContext = (tag: unknown): boolean =>
  typeof tag === 'object' && tag !== null && 'key' in tag && tag.key === CONTEXT;

function datasetJson({ dataset, digest, context, detail }: KnownRun['inputs'][number]) {
  const { tags = [], source_type = 'local', source = '{}', ...rest } = detailOf(detail);
  return {
    tags: [...(context === '' ? [] : pairs([[CONTEXT, context]])), ...tags.filter(tag => !isContext(tag))],
    dataset: { name: dataset, digest: digest.slice(0, DIGEST), source_type, source, ...rest },
  };
}

interface Detail {
  readonly source_type?: string;
  readonly source?: string;
  readonly schema?: string;
  readonly profile?: string;
  readonly tags?: readonly unknown[];
}

/** What a client said about the dataset; ours say nothing. */
function detailOf(text: string): Detail {
  const value: unknown = JSON.parse(text);
  const detail =
    typeof value === 'object' && value !== null ? new Map<string, unknown>(Object.entries(value)) : new Map();
  const texts = ['source_type', 'source', 'schema', 'profile'].flatMap(key => {
    const found: unknown = detail.get(key);
    return typeof found === 'string' ? [[key, found] as const] : [];
  });
  const tags: unknown = detail.get('tags');
  return { ...Object.fromEntries(texts), ...(Array.isArray(tags) && { tags }) };
}
