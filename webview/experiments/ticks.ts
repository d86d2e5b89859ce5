import type { RunId } from '../../engine/protocol/ids';
import { isRunId } from '../shared/ids';
import type { Page } from '../shared/page';

/** Which runs are ticked, and which one the others are compared with; kept with the page. */
export class Ticks {
  private ticked: readonly RunId[];
  private base: RunId | undefined;

  constructor(
    private readonly page: Page,
    private readonly changed: () => void,
  ) {
    const { state, init } = page;
    const selected = init.subject.page === 'experiments' ? init.subject.selected : [];
    const kept = state.texts('ticked');
    // Ids come back as text: only what the engine says is a run is shown, so a stale one does no harm.
    this.ticked = kept?.filter(isRunId) ?? selected;
    const base = state.text('baseline');
    this.base = base !== undefined && isRunId(base) ? base : undefined;
  }

  get all(): readonly RunId[] {
    return this.ticked;
  }

  get baseline(): RunId | undefined {
    return this.base;
  }

  has(id: RunId): boolean {
    return this.ticked.includes(id);
  }

  toggle(id: RunId): void {
    this.set(this.has(id) ? this.ticked.filter(other => other !== id) : [...this.ticked, id]);
  }

  set(ids: readonly RunId[]): void {
    this.ticked = ids;
    this.page.state.set('ticked', ids);
    this.changed();
  }

  setBaseline(id: RunId | undefined): void {
    this.base = id;
    this.page.state.set('baseline', id);
    this.changed();
  }
}
