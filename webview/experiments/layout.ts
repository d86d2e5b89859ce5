import type { GridSort } from '../shared/grid/gridTypes';
import { isRecord } from '../shared/json';
import type { PageState } from '../shared/state';
import type { RunColumn } from './columns';

const unasked = ['attributes.data', 'attributes.user', 'attributes.commit', 'attributes.note', 'attributes.tags'];
const groups = ['attributes', 'metrics', 'params', 'tags'];

const choices = ['columns', 'order', 'pinned', 'widths', 'heat', 'sorts', 'groupBy', 'onlyChanged'];

/** Which columns are shown, where, how wide, sorted and grouped by what; kept with the page. */
export class Layout {
  constructor(
    private readonly state: PageState,
    /** Metrics that are shown unless hidden. */
    private readonly metrics: readonly string[],
  ) {}

  /** All that is chosen of columns, as a text that is another one when something of it is. */
  get look(): string {
    return JSON.stringify(choices.map(key => this.state.value(key)));
  }

  get onlyChanged(): boolean {
    return this.state.flag('onlyChanged') ?? true;
  }

  set onlyChanged(value: boolean) {
    this.state.set('onlyChanged', value);
  }

  get sorts(): readonly GridSort[] {
    const kept = this.state.value('sorts');
    const sorts = Array.isArray(kept) ? kept.flatMap((one: unknown) => (isSort(one) ? [one] : [])) : [];
    return sorts.length > 0 ? sorts : [{ column: 'attributes.started', descending: true }];
  }

  /** The same column turns the order round. */
  sortBy(column: string, numeric: boolean): void {
    const [now, ...more] = this.sorts;
    const isSame = now?.column === column && more.length === 0;
    this.sort([{ column, descending: isSame ? !now.descending : numeric }]);
  }

  /** Behind the others; the same column turns round, and leaves the third time. */
  sortMoreBy(column: string, numeric: boolean): void {
    const known = this.sorts.find(sort => sort.column === column);
    if (!known) this.sort([...this.sorts, { column, descending: numeric }]);
    else if (known.descending === numeric)
      this.sort(this.sorts.map(sort => (sort === known ? { column, descending: !numeric } : sort)));
    else this.sort(this.sorts.filter(sort => sort !== known));
  }

  sort(sorts: readonly GridSort[]): void {
    this.state.set('sorts', sorts);
  }

  /** What the engine groups by, level by level. */
  get groupBy(): readonly string[] {
    return this.state.texts('groupBy') ?? [];
  }

  setGroupBy(by: readonly string[]): void {
    this.state.set('groupBy', by);
  }

  isShown(column: RunColumn): boolean {
    const asked = this.asked[column.id];
    if (asked !== undefined) return asked;
    if (column.group === 'metrics') return this.metrics.includes(column.title);
    return column.group === 'params' || !unasked.includes(column.id);
  }

  show(id: string, isShown: boolean): void {
    this.state.set('columns', { ...this.asked, [id]: isShown });
  }

  /** With a baseline, metrics need room for the difference. */
  widthOf(column: RunColumn, hasBaseline: boolean): number {
    const room = (hasBaseline || this.groupBy.length > 0) && column.group === 'metrics' ? 70 : 0;
    return this.width(column.id) ?? column.width + room;
  }

  width(id: string): number | undefined {
    return this.state.numbers('widths')[id];
  }

  resize(id: string, width: number): void {
    this.state.set('widths', { ...this.state.numbers('widths'), [id]: width });
  }

  isPinned(id: string): boolean {
    return this.list('pinned').includes(id);
  }

  pin(id: string, isPinned: boolean): void {
    this.state.set('pinned', [...this.list('pinned').filter(one => one !== id), ...(isPinned ? [id] : [])]);
  }

  isHeat(id: string): boolean {
    return this.list('heat').includes(id);
  }

  setHeat(id: string, isHeat: boolean): void {
    this.state.set('heat', [...this.list('heat').filter(one => one !== id), ...(isHeat ? [id] : [])]);
  }

  /** Puts a column before another one, at the end when there is none; among pinned ones it is pinned too. */
  move(columns: readonly RunColumn[], id: string, before: string | undefined): void {
    if (id === before) return;
    const visible = this.visible(columns).map(column => column.id);
    const at = before === undefined ? visible.length : visible.indexOf(before);
    const isAtEdge = this.isPinned(id) && this.isPinned(visible[at - 1] ?? '');
    this.pin(id, (before !== undefined && this.isPinned(before)) || isAtEdge);
    const order = this.ordered(columns)
      .map(column => column.id)
      .filter(one => one !== id);
    const last = visible.filter(one => one !== id).at(-1);
    const to = before === undefined ? order.indexOf(last ?? '') + 1 : order.indexOf(before);
    this.state.set('order', [...order.slice(0, to), id, ...order.slice(to)]);
  }

  /** What is shown of all columns, the pinned ones first. */
  visible(columns: readonly RunColumn[]): readonly RunColumn[] {
    return this.ordered(columns).filter(
      column => this.isShown(column) && !(this.onlyChanged && column.group === 'params' && column.constant),
    );
  }

  /** Forgets what was chosen of columns. */
  reset(): void {
    for (const key of choices) if (key !== 'onlyChanged') this.state.set(key, undefined);
  }

  /** As somebody has put them, the pinned ones first; who is new stands behind its kind. The main metrics lead. */
  private ordered(columns: readonly RunColumn[]): readonly RunColumn[] {
    const rank = ({ title, group }: RunColumn): number => {
      const at = group === 'metrics' ? this.metrics.indexOf(title) : -1;
      return at < 0 ? this.metrics.length : at;
    };
    const usual = [...columns].sort((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group) || rank(a) - rank(b));
    const order = this.list('order');
    const known = usual.filter(({ id }) => order.includes(id));
    known.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
    for (const column of usual) {
      if (order.includes(column.id)) continue;
      const own = known.findLastIndex(({ group }) => group === column.group);
      const near = known.findLastIndex(({ group }) => groups.indexOf(group) < groups.indexOf(column.group));
      known.splice((own < 0 ? near : own) + 1, 0, column);
    }
    return [...known.filter(({ id }) => this.isPinned(id)), ...known.filter(({ id }) => !this.isPinned(id))];
  }

  private list(key: string): readonly string[] {
    return this.state.texts(key) ?? [];
  }

  private get asked(): Readonly<Record<string, boolean>> {
    const value = this.state.value('columns');
    if (!isRecord(value)) return {};
    return Object.fromEntries(Object.entries(value).flatMap(([id, is]) => (typeof is === 'boolean' ? [[id, is]] : [])));
  }
}

const isSort = (value: unknown): value is GridSort =>
  isRecord(value) && typeof value['column'] === 'string' && typeof value['descending'] === 'boolean';
