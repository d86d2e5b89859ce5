import type { RunId } from '../../engine/protocol/ids';
import type { GroupValue } from '../../engine/protocol/runTable';
import type { RunSummary } from '../../engine/protocol/tracking';
import type { Channel } from '../shared/channel';
import type { MenuPlace } from '../shared/grid/gridTypes';
import { t } from '../shared/l10n';
import { openMenu } from '../shared/menu';
import { noteTag } from './columns';
import { editName, editNote, editTags } from './editors';
import type { RunChanges } from './runChanges';
import { isStarred } from './runCell';
import type { GroupRow } from './tableRow';
import type { Ticks } from './ticks';

export interface RowActionsOptions {
  readonly channel: Pick<Channel, 'call'>;
  readonly changes: RunChanges;
  readonly ticks: Ticks;
  readonly isDeleted: () => boolean;
  readonly idsWithin: (path: readonly GroupValue[]) => Promise<readonly RunId[]>;
  /** The cell of a run, in sight. */
  readonly cellOf: (id: RunId, column: string) => Element | undefined;
  /** One row as lines of a table for the clipboard, with the titles of its columns. */
  readonly copyRows: (runs: readonly RunSummary[]) => void;
}

/** What can be done with a run in its row, by keys and by its menu. */
export class RowActions {
  constructor(private readonly options: RowActionsOptions) {}

  star(runs: readonly RunSummary[]): Promise<boolean> {
    return this.options.changes.star(runs);
  }

  /** True: the key does something here. */
  press(key: string, run: RunSummary, column: string): boolean {
    const { ticks } = this.options;
    const isEdited = column === 'attributes.note' || column === 'attributes.tags';
    if (key === 'F2' || (key === 'Enter' && isEdited)) this.edit(run, column);
    else if (key === 'b') ticks.setBaseline(ticks.baseline === run.id ? undefined : run.id);
    else if (key === 's') void this.star([run]);
    else if (key === 'Delete') void this.remove(run);
    else return false;
    return true;
  }

  edit(run: RunSummary, column: string): void {
    const anchor = this.options.cellOf(run.id, column) ?? document.body;
    const place = { anchor, changes: this.options.changes };
    if (column === 'attributes.note') editNote(run, place);
    else if (column === 'attributes.tags') editTags([run], place);
    else editName(run, place);
  }

  async tickGroup({ path }: GroupRow): Promise<void> {
    const { ticks, idsWithin } = this.options;
    const ids = await idsWithin(path);
    const isAll = ids.every(id => ticks.has(id));
    const within = new Set(ids);
    ticks.set(isAll ? ticks.all.filter(id => !within.has(id)) : [...ticks.all, ...ids]);
  }

  openMenu(run: RunSummary, { anchor, x, y }: MenuPlace): void {
    const { channel, ticks, copyRows, isDeleted, changes } = this.options;
    const isBaseline = ticks.baseline === run.id;
    const call = (work: Promise<unknown>): void => void work.catch(() => undefined);
    const place = { anchor, changes };
    openMenu({
      label: `r-${run.number} ${run.name}`,
      anchor,
      ...(x !== undefined && { x }),
      ...(y !== undefined && { y }),
      groups: [
        [
          { label: t('Open'), hint: t('Enter'), onClick: () => call(channel.call('host/openRun', { runId: run.id })) },
          { label: t('Compare'), hint: t('Space'), checked: ticks.has(run.id), onClick: () => ticks.toggle(run.id) },
          {
            label: t('Baseline'),
            hint: 'B',
            checked: isBaseline,
            onClick: () => ticks.setBaseline(isBaseline ? undefined : run.id),
          },
        ],
        isDeleted()
          ? []
          : [
              { label: t('Star'), hint: 'S', checked: isStarred(run), onClick: () => void this.star([run]) },
              { label: t('Rename…'), hint: 'F2', onClick: () => editName(run, place) },
              {
                label: run.tags[noteTag] === undefined ? t('Write a note…') : t('Edit the note…'),
                onClick: () => editNote(run, place),
              },
              { label: t('Tags…'), onClick: () => editTags([run], place) },
            ],
        [
          { label: t('Copy the cell'), hint: t('Ctrl+C'), onClick: () => call(this.copyCell(anchor)) },
          { label: t('Copy the row'), onClick: () => copyRows([run]) },
          { label: t('Copy the id'), onClick: () => call(channel.call('host/copy', { text: run.id })) },
        ],
        [
          isDeleted()
            ? { label: t('Restore'), onClick: () => void changes.move([run.id], 'active') }
            : { label: t('Delete'), hint: t('Del'), onClick: () => void this.remove(run) },
        ],
      ],
    });
  }

  private copyCell(anchor: Element): Promise<unknown> {
    const text = anchor.querySelector('[title]')?.getAttribute('title') ?? anchor.textContent;
    return this.options.channel.call('host/copy', { text });
  }

  private remove({ id }: RunSummary): Promise<void> {
    const { changes, isDeleted } = this.options;
    return isDeleted() ? Promise.resolve() : changes.move([id], 'deleted');
  }
}
