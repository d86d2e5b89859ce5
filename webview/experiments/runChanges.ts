import type { RunId } from '../../engine/protocol/ids';
import type { RunSummary } from '../../engine/protocol/tracking';
import type { Channel } from '../shared/channel';
import { button, failure } from '../shared/components';
import { fill, h } from '../shared/dom';
import { count } from '../shared/format';
import { t } from '../shared/l10n';
import { isStarred, starTag } from './runCell';

/** Changes of runs, one or many; what went wrong, or can be undone, is said above the table. */
export class RunChanges {
  readonly message = h('div', { class: 'message' });

  constructor(
    private readonly channel: Pick<Channel, 'call'>,
    private readonly changed: (ids: readonly RunId[]) => void,
  ) {}

  star(runs: readonly RunSummary[]): Promise<boolean> {
    const isOn = !runs.every(isStarred);
    return this.tag(
      runs.map(({ id }) => id),
      { [starTag]: isOn ? 'true' : null },
    );
  }

  tag(runIds: readonly RunId[], tags: Readonly<Record<string, string | null>>): Promise<boolean> {
    return this.attempt(runIds, () => this.channel.call('runs/change', { runIds, tags }));
  }

  rename({ id }: RunSummary, name: string): Promise<boolean> {
    return this.attempt([id], () => this.channel.call('runs/update', { runId: id, name }));
  }

  note({ id }: RunSummary, note: string): Promise<boolean> {
    return this.attempt([id], () => this.channel.call('runs/update', { runId: id, note }));
  }

  /** To be undone as long as nothing else has been said. */
  async move(runIds: readonly RunId[], to: 'active' | 'deleted'): Promise<void> {
    const isDone = await this.attempt(runIds, () => this.channel.call('runs/change', { runIds, lifecycle: to }));
    if (!isDone) return;
    const many = count(runIds.length);
    const words = {
      deleted: runIds.length === 1 ? t('1 run deleted.') : t('{0} runs deleted.', many),
      active: runIds.length === 1 ? t('1 run restored.') : t('{0} runs restored.', many),
    };
    const undo = button({
      label: t('Undo'),
      onClick: async () => {
        const back = to === 'deleted' ? 'active' : 'deleted';
        await this.attempt(runIds, () => this.channel.call('runs/change', { runIds, lifecycle: back }));
      },
    });
    fill(this.message, h('div', { class: 'row', role: 'status' }, words[to], undo));
  }

  private async attempt(ids: readonly RunId[], work: () => Promise<unknown>): Promise<boolean> {
    this.message.replaceChildren();
    try {
      await work();
      return true;
    } catch (error) {
      fill(this.message, failure(error));
      return false;
    } finally {
      this.changed(ids);
    }
  }
}
