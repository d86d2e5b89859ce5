import type { ExperimentId, RunId } from '../../engine/protocol/ids';
import type { PageEvent } from '../shared/protocol';
import type { GroupQuery, GroupValue, RunKeys, RunQuery } from '../../engine/protocol/runTable';
import type { RunSummary } from '../../engine/protocol/tracking';
import type { Channel } from '../shared/channel';
import { CallError } from '../shared/channel';
import type { RowNode } from './runRows';
import { tableRows } from './runRows';
import type { TableRow } from './tableRow';
import { pathKey } from './tableRow';

/** Rows that are read at once when they come into sight. */
const batch = 100;
const groupPage = 100;

export interface TableQuery {
  readonly experimentIds?: readonly ExperimentId[];
  readonly filter: string;
  readonly lifecycle: 'active' | 'deleted';
  readonly orderBy: readonly string[];
  readonly groupBy: readonly string[];
  readonly groupSort: Pick<GroupQuery, 'sort' | 'descending'>;
  /** Metrics whose means the groups show. */
  readonly metrics: readonly string[];
}

type Points = Extract<PageEvent, { event: 'run/points' }>['payload'];

const nothing: RunKeys = { runs: 0, metrics: [], params: [], tags: [] };

/**
 * The runs that a query finds: their order at once, each run itself only when it is looked at. What has been read stays
 * while the same is asked again, so that nothing flickers.
 */
export class RunsModel {
  rows: readonly TableRow[] = [];
  keys: RunKeys = nothing;
  /** Of the last search; the rows are then those of the one before. */
  error: CallError | undefined;
  isLoading = false;
  /** There are more than the engine gives at once. */
  hasMore = false;
  readonly open: Set<string>;
  private readonly runs = new Map<RunId, RunSummary>();
  private readonly asked = new Set<RunId>();
  private nodes: ReadonlyMap<string, RowNode> = new Map();
  private query: TableQuery | undefined;
  private current = new AbortController();

  constructor(
    private readonly channel: Pick<Channel, 'call'>,
    private readonly changed: () => void,
    open: readonly string[] = [],
  ) {
    this.open = new Set(open);
  }

  run(id: RunId): RunSummary | undefined {
    return this.runs.get(id);
  }

  /** Asks this; an answer to an earlier question that is still under way is dropped. */
  async search(query: TableQuery): Promise<void> {
    this.query = query;
    await this.load();
  }

  /** Asks the same again, as far as it had been read. */
  async again(): Promise<void> {
    if (this.query) await this.load();
  }

  /** Every run of a group, of the whole table for an empty path, whether it is open or not. */
  async idsWithin(path: readonly GroupValue[]): Promise<readonly RunId[]> {
    return (await this.channel.call('runs/ids', this.asking(path))).ids;
  }

  /** The runs of the table that have been read, in its order. */
  found(): readonly RunSummary[] {
    return this.rows.flatMap(row => (row.kind === 'run' && row.run ? [row.run] : []));
  }

  /** Reads the runs that have not been read yet. */
  async need(ids: readonly RunId[]): Promise<void> {
    const missing = ids.filter(id => !this.runs.has(id) && !this.asked.has(id));
    for (let from = 0; from < missing.length; from += batch) await this.read(missing.slice(from, from + batch));
  }

  /** These have changed: those that had been read are read anew. */
  async refresh(ids: readonly RunId[]): Promise<void> {
    const known = ids.filter(id => this.runs.has(id));
    for (let from = 0; from < known.length; from += batch) await this.read(known.slice(from, from + batch));
  }

  /** New values of runs that are shown. */
  addPoints({ runId, points }: Points): boolean {
    const run = this.runs.get(runId);
    if (!run) return false;
    const metrics = { ...run.metrics };
    for (const { key, value, step, time } of points) {
      const known = metrics[key];
      if (!known || step >= known.step) metrics[key] = { value, step, time };
    }
    this.runs.set(runId, { ...run, metrics });
    this.arrange();
    return true;
  }

  async toggle(path: readonly GroupValue[]): Promise<void> {
    const key = pathKey(path);
    if (this.open.has(key)) this.open.delete(key);
    else this.open.add(key);
    this.arrange();
    this.changed();
    if (this.open.has(key) && !this.nodes.has(key)) await this.addNode(path);
  }

  /** The next page of groups at a place. */
  async moreGroups(path: readonly GroupValue[]): Promise<void> {
    const node = this.nodes.get(pathKey(path));
    if (node?.nextPageToken === undefined) return;
    const page = await this.groupsAt(path, { pageToken: node.nextPageToken, limit: groupPage });
    this.put(path, { ...page, groups: [...(node.groups ?? []), ...(page.groups ?? [])] });
  }

  private async load(): Promise<void> {
    this.current.abort();
    const mine = (this.current = new AbortController());
    this.isLoading = true;
    try {
      const nodes = await this.readTree(mine.signal);
      const isFirst = this.nodes.size === 0;
      const keys = this.channel.call('runs/keys', this.asking([]), mine.signal);
      if (isFirst) this.keys = await keys; // or the columns would come after the rows
      if (mine !== this.current) return;
      this.nodes = nodes;
      this.error = undefined;
      if (!isFirst) void this.take(keys, mine);
    } catch (error) {
      if (mine !== this.current) return;
      this.error = error instanceof CallError ? error : new CallError({ code: 'internal', message: String(error) });
    }
    this.isLoading = false;
    this.arrange();
    this.changed();
  }

  private async take(asked: Promise<RunKeys>, mine: AbortController): Promise<void> {
    const keys = await asked.catch(() => undefined);
    if (!keys || mine !== this.current || JSON.stringify(keys) === JSON.stringify(this.keys)) return;
    this.keys = keys;
    this.changed();
  }

  /** The root, and what is open below it, as far as it had been read. */
  private async readTree(signal: AbortSignal): Promise<ReadonlyMap<string, RowNode>> {
    const nodes = new Map<string, RowNode>();
    const visit = async (path: readonly GroupValue[]): Promise<void> => {
      const key = pathKey(path);
      const limit = Math.min(1000, Math.max(groupPage, this.nodes.get(key)?.groups?.length ?? 0));
      const node = await this.nodeAt(path, limit, signal);
      nodes.set(key, node);
      const by = this.query?.groupBy[path.length];
      const below = (node.groups ?? []).map(({ value }) => [...path, { by: by ?? '', value }]);
      await Promise.all(below.filter(one => this.open.has(pathKey(one))).map(visit));
    };
    await visit([]);
    return nodes;
  }

  private async addNode(path: readonly GroupValue[]): Promise<void> {
    const mine = this.current;
    const node = await this.nodeAt(path, groupPage, mine.signal).catch(() => undefined);
    if (node && mine === this.current) this.put(path, node);
  }

  private put(path: readonly GroupValue[], node: RowNode): void {
    this.nodes = new Map([...this.nodes, [pathKey(path), node]]);
    this.arrange();
    this.changed();
  }

  private async nodeAt(path: readonly GroupValue[], limit: number, signal?: AbortSignal): Promise<RowNode> {
    if (this.query?.groupBy[path.length] !== undefined) return this.groupsAt(path, { limit }, signal);
    const { ids, more } = await this.channel.call(
      'runs/ids',
      { ...this.asking(path), orderBy: this.query?.orderBy ?? [] },
      signal,
    );
    if (path.length === 0) this.hasMore = more;
    return { ids };
  }

  private groupsAt(
    path: readonly GroupValue[],
    page: Pick<GroupQuery, 'limit' | 'pageToken'>,
    signal?: AbortSignal,
  ): Promise<RowNode> {
    const { groupBy = [], groupSort = {}, metrics = [] } = this.query ?? {};
    const query = { ...this.asking(path), by: groupBy[path.length] ?? '', metrics, ...groupSort, ...page };
    return this.channel.call('runs/groups', query, signal);
  }

  private asking(within: readonly GroupValue[]): RunQuery {
    const { experimentIds, filter = '', lifecycle = 'active' } = this.query ?? {};
    return {
      lifecycle,
      ...(experimentIds && { experimentIds }),
      ...(filter.trim() !== '' && { filter }),
      ...(within.length > 0 && { within }),
    };
  }

  private async read(ids: readonly RunId[]): Promise<void> {
    for (const id of ids) this.asked.add(id);
    try {
      for (const run of await this.channel.call('runs/list', { runIds: ids })) this.runs.set(run.id, run);
    } catch {
      return; // the rows stay empty until they are looked at again
    } finally {
      for (const id of ids) this.asked.delete(id);
    }
    this.arrange();
    this.changed();
  }

  private arrange(): void {
    const { nodes, open, runs } = this;
    const before = new Map(this.rows.map(row => [row.key, row]));
    // a row that says the same stays the same object, which the table need not draw again
    this.rows = tableRows({ groupBy: this.query?.groupBy ?? [], nodes, open, runs }).map(row => {
      const known = before.get(row.key);
      return row.kind === 'run' && known?.kind === 'run' && known.run === row.run && known.level === row.level
        ? known
        : row;
    });
  }
}
