import type { RunId } from '../../engine/protocol/ids';
import type { RunSummary } from '../../engine/protocol/tracking';
import type { Page } from '../shared/page';
import type { RunSlot } from '../shared/runColours';
import { comparedSlots, ownSlot } from '../shared/runColours';

/** The colours of the runs on this page; kept with it, and told to the editor for its tree. */
export class RunSlots {
  private slots: Readonly<Record<string, RunSlot>>;

  constructor(private readonly page: Pick<Page, 'state' | 'channel'>) {
    this.slots = page.state.numbers('slots');
    if (Object.keys(this.slots).length > 0) this.tell();
  }

  /** Another object when colours have changed. */
  get current(): unknown {
    return this.slots;
  }

  of(run: Pick<RunSummary, 'id' | 'number'>): RunSlot {
    return this.slots[run.id] ?? ownSlot(run.number);
  }

  /** No two of these share a colour from now on; a ticked run that is not among them keeps its own meanwhile. */
  compare(runs: readonly RunSummary[], ticked: readonly RunId[]): void {
    const kept = Object.entries(this.slots).filter(([id]) => ticked.some(one => one === id));
    const slots = comparedSlots(runs, Object.fromEntries(kept));
    if (JSON.stringify(slots) === JSON.stringify(this.slots)) return;
    this.slots = slots;
    this.page.state.set('slots', slots);
    this.tell();
  }

  /** The tree is only the better for it: where it cannot be told, nothing is lost. */
  private tell(): void {
    this.page.channel.call('host/runColours', { slots: this.slots }).catch(() => undefined);
  }
}
