import type { Range } from '../../../engine/charts/range';
import type { CurveX, RunCurves } from '../../../engine/protocol/curves';
import type { RunId } from '../../../engine/protocol/ids';
import type { Channel } from '../../shared/channel';

const buckets = 500;
/** Beyond both ends of what is looked at, so that smoothing has begun before and the curve goes on to the edge. */
const margin = 0.25;

export interface CurveQuestion {
  readonly runIds: readonly RunId[];
  readonly x: CurveX;
  readonly range: Range | undefined;
}

interface Known {
  question: string;
  answer: RunCurves | undefined;
  loading: AbortController | undefined;
}

/** The curves of metrics, asked for again only when another question is asked or points have come. */
export class CurveLoader {
  private readonly known = new Map<string, Known>();
  private readonly stale = new Set<string>();

  constructor(
    private readonly channel: Pick<Channel, 'call'>,
    private readonly changed: () => void,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** The latest answer for a metric, which may be that of the question before. */
  get(key: string): RunCurves | undefined {
    return this.known.get(key)?.answer;
  }

  /** Points have come. */
  touch(keys: Iterable<string>): void {
    for (const key of keys) this.stale.add(key);
  }

  /** Sees to it that these metrics are answered; what is under way for others is dropped. */
  ask(keys: readonly string[], question: CurveQuestion): void {
    const text = JSON.stringify(question);
    for (const [key, { loading }] of this.known) if (!keys.includes(key)) loading?.abort();
    for (const key of keys) {
      const known = this.known.get(key);
      if (known?.question === text && !this.stale.has(key)) continue;
      // while an answer is under way points keep coming: the next one has them
      if (known?.question === text && known.loading) continue;
      this.stale.delete(key);
      known?.loading?.abort();
      const loading = new AbortController();
      this.known.set(key, { question: text, answer: known?.answer, loading });
      void this.load(key, question, loading);
    }
  }

  private async load(key: string, { runIds, x, range }: CurveQuestion, loading: AbortController): Promise<void> {
    const width = range ? (range[1] - range[0]) * margin : 0;
    const part = range && { from: range[0] - width, to: range[1] + width };
    try {
      const answer = await this.channel.call('runs/curves', { runIds, key, x, buckets, ...part }, loading.signal);
      const known = this.known.get(key);
      if (known?.loading !== loading) return;
      this.known.set(key, { ...known, answer, loading: undefined });
      this.changed();
    } catch (error) {
      const known = this.known.get(key);
      if (known?.loading !== loading) return;
      this.known.set(key, { question: '', answer: known.answer, loading: undefined });
      if (!loading.signal.aborted) this.failed(error);
    }
  }
}
