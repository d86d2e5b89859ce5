import type { RunSummary } from '../../engine/protocol/tracking';
import type { GridSort } from '../shared/grid/gridTypes';
import { isRecord } from '../shared/json';
import type { PageState } from '../shared/state';
import type { RunColumn } from './columns';
import { isConstant } from './columns';

const unasked = ['attributes.data', 'attributes.user', 'attributes.commit'];

/** Which columns are shown, how wide, sorted by what; kept with the page. */
export class Layout {
  constructor(
    private readonly state: PageState,
    /** Metrics that are shown unless hidden. */
    private readonly metrics: readonly string[],
  ) {}

  get onlyChanged(): boolean {
    return this.state.flag('onlyChanged') ?? true;
  }

  set onlyChanged(value: boolean) {
    this.state.set('onlyChanged', value);
  }

  get sort(): GridSort {
    const column = this.state.text('sortBy') ?? 'attributes.started';
    return { column, descending: this.state.flag('sortDown') ?? true };
  }

  /** The same column turns the order round. */
  sortBy(column: string, numeric: boolean): void {
    const now = this.sort;
    this.state.set('sortDown', now.column === column ? !now.descending : numeric);
    this.state.set('sortBy', column);
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
    const room = hasBaseline && column.group === 'metrics' ? 70 : 0;
    return this.state.numbers('widths')[column.id] ?? column.width + room;
  }

  resize(id: string, width: number): void {
    this.state.set('widths', { ...this.state.numbers('widths'), [id]: width });
  }

  /** What is shown of all columns; the main metrics first, in the order of the setting. */
  visible(columns: readonly RunColumn[], runs: readonly RunSummary[]): readonly RunColumn[] {
    const rank = ({ title, group }: RunColumn): number => {
      const at = group === 'metrics' ? this.metrics.indexOf(title) : -1;
      return at < 0 ? this.metrics.length : at;
    };
    const shown = columns.filter(column => this.isShown(column));
    const changed = this.onlyChanged
      ? shown.filter(column => column.group !== 'params' || !isConstant(column, runs))
      : shown;
    const groups = ['attributes', 'metrics', 'params', 'tags'];
    return [...changed].sort((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group) || rank(a) - rank(b));
  }

  private get asked(): Readonly<Record<string, boolean>> {
    const value = this.state.value('columns');
    if (!isRecord(value)) return {};
    return Object.fromEntries(Object.entries(value).flatMap(([id, is]) => (typeof is === 'boolean' ? [[id, is]] : [])));
  }
}
