import type { ExperimentId, RunId } from '../../engine/protocol/ids';
import type { RunSearch } from '../../engine/protocol/methods';
import type { RunSummary } from '../../engine/protocol/tracking';
import type { Channel } from '../shared/channel';
import { CallError } from '../shared/channel';

const pageSize = 200;
/** As many as the engine gives at once. */
const most = 50_000;

export interface RunsQuery {
  readonly experimentId?: ExperimentId;
  readonly filter: string;
  readonly orderBy: string;
}

/** The runs that a query finds, page after page, each fetched by the key where the last one ended. */
export class RunsModel {
  rows: readonly RunSummary[] = [];
  hasMore = false;
  /** Of the last search; the rows are then those of the one before. */
  error: CallError | undefined;
  isLoading = false;
  private query: RunsQuery = { filter: '', orderBy: '' };
  private token: string | undefined;
  private current = new AbortController();

  constructor(
    private readonly channel: Pick<Channel, 'call'>,
    private readonly changed: () => void,
  ) {}

  /** Begins anew; an answer to an earlier question that is still under way is dropped. */
  async search(query: RunsQuery): Promise<void> {
    this.query = query;
    await this.fetch({ limit: pageSize });
  }

  /** Asks the same again, as far as it had been read. */
  async again(): Promise<void> {
    await this.fetch({ limit: Math.max(pageSize, this.rows.length) });
  }

  async more(limit = pageSize): Promise<void> {
    if (this.isLoading || !this.hasMore || this.token === undefined) return;
    await this.fetch({ limit, pageToken: this.token });
  }

  async all(): Promise<readonly RunSummary[]> {
    while (this.hasMore && !this.error) await this.more(most);
    return this.rows;
  }

  /** Reads one run anew. False: it is not among the rows. */
  async refresh(runId: RunId): Promise<boolean> {
    if (!this.rows.some(({ id }) => id === runId)) return false;
    const run = await this.channel.call('runs/get', { run: runId });
    this.rows = this.rows.map(row => (row.id === runId ? run : row)).filter(({ lifecycle }) => lifecycle === 'active');
    this.changed();
    return true;
  }

  private async fetch(page: Pick<RunSearch, 'limit' | 'pageToken'>): Promise<void> {
    this.current.abort();
    const mine = (this.current = new AbortController());
    this.isLoading = true;
    try {
      const { runs, nextPageToken } = await this.channel.call('runs/search', { ...this.asked(), ...page }, mine.signal);
      this.rows = page.pageToken === undefined ? runs : [...this.rows, ...runs];
      this.token = nextPageToken;
      this.hasMore = nextPageToken !== undefined;
      this.error = undefined;
    } catch (error) {
      if (mine !== this.current) return;
      this.error = error instanceof CallError ? error : new CallError({ code: 'internal', message: String(error) });
    }
    if (mine !== this.current) return;
    this.isLoading = false;
    this.changed();
  }

  private asked(): RunSearch {
    const { experimentId, filter, orderBy } = this.query;
    return {
      ...(experimentId !== undefined && { experimentIds: [experimentId] }),
      ...(filter.trim() !== '' && { filter }),
      ...(orderBy !== '' && { orderBy: [orderBy] }),
    };
  }
}
