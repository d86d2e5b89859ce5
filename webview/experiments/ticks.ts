import type { RunId } from '../../engine/protocol/ids';
import { isRunId } from '../shared/ids';
import type { Page } from '../shared/page';

/** Which runs are ticked, and which one the others are compared with; kept with the page. */
export class Ticks {
  private ticked: ReadonlySet<RunId>;
  private base: RunId | undefined;
  /** Another one whenever something has changed. */
  version = 0;
  /** Where a range begins. */
  private last: RunId | undefined;

  constructor(
    private readonly page: Page,
    private readonly changed: () => void,
  ) {
    const { state, init } = page;
    const selected = init.subject.page === 'experiments' ? init.subject.selected : [];
    const kept = state.texts('ticked');
    // Ids come back as text: only what the engine says is a run is shown, so a stale one does no harm.
    this.ticked = new Set(kept?.filter(isRunId) ?? selected);
    const base = state.text('baseline');
    this.base = base !== undefined && isRunId(base) ? base : undefined;
  }

  get all(): readonly RunId[] {
    return [...this.ticked];
  }

  get size(): number {
    return this.ticked.size;
  }

  get baseline(): RunId | undefined {
    return this.base;
  }

  has(id: RunId): boolean {
    return this.ticked.has(id);
  }

  toggle(id: RunId): void {
    this.last = id;
    this.set(this.has(id) ? this.all.filter(other => other !== id) : [...this.all, id]);
  }

  /** All from the one that was toggled last to this. */
  toggleTo(id: RunId, ids: readonly RunId[]): void {
    const [a, b] = [ids.indexOf(this.last ?? id), ids.indexOf(id)].sort((x, y) => x - y);
    if (a === undefined || b === undefined || a < 0) this.toggle(id);
    else this.set([...this.all, ...ids.slice(a, b + 1)]);
  }

  set(ids: readonly RunId[]): void {
    this.version++;
    this.ticked = new Set(ids);
    this.page.state.set('ticked', this.all);
    this.changed();
  }

  setBaseline(id: RunId | undefined): void {
    this.version++;
    this.base = id;
    this.page.state.set('baseline', id);
    this.changed();
  }
}
