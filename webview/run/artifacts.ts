import type { ArtifactEntry } from '../../engine/protocol/tracking';
import { busy, button, emptyState, failure } from '../shared/components';
import { fill, h } from '../shared/dom';
import { bytes } from '../shared/format';
import { icon } from '../shared/icons';
import { t } from '../shared/l10n';
import type { RunContext } from './context';
import { preview } from './preview';
import type { RunData } from './runStore';
import type { RunTab } from './tab';

/** The run's files: folders open in place, a file shows its beginning at the side. */
export class ArtifactsTab implements RunTab {
  readonly element = h('div', { class: 'artifacts' });
  private readonly list = h('ul', { class: 'files', role: 'tree', attrs: { 'aria-label': t('Artifacts') } });
  private readonly shown = h('div', { class: 'preview card', attrs: { 'aria-live': 'polite' } });
  private key = '';
  private runId: RunData['run']['id'] | undefined;

  constructor(private readonly context: RunContext) {
    this.list.addEventListener('keydown', event => this.move(event));
  }

  update({ run, artifacts }: RunData): void {
    const key = artifacts.map(({ path, digest }) => `${path}@${digest ?? ''}`).join();
    if (key === this.key && this.runId !== undefined) return;
    this.key = key;
    this.runId = run.id;
    if (artifacts.length === 0) {
      fill(
        this.element,
        emptyState(t('No artifacts'), t('Files that steps or an MLflow client keep with the run appear here.')),
      );
      return;
    }
    fill(this.element, this.list, this.shown);
    fill(
      this.list,
      artifacts.map(entry => this.item(entry, 1)),
    );
    this.list.querySelector<HTMLElement>('[role=treeitem]')?.setAttribute('tabindex', '0');
    const first = this.context.state.text('artifact');
    const wanted = artifacts.find(({ path }) => path === first) ?? artifacts.find(({ isFolder }) => !isFolder);
    if (wanted) void this.open(wanted);
  }

  private item(entry: ArtifactEntry, level: number): HTMLElement {
    const name = entry.path.slice(entry.path.lastIndexOf('/') + 1);
    const expanded = entry.isFolder ? { 'aria-expanded': 'false' } : {};
    const item = h(
      'div',
      {
        class: 'file',
        role: 'treeitem',
        attrs: { tabindex: -1, 'aria-level': level, 'data-path': entry.path, ...expanded },
        style: { '--level': String(level) },
      },
      icon(entry.isFolder ? 'folder' : 'file'),
      h('span', null, name),
      !entry.isFolder && h('span', { class: 'muted' }, bytes(entry.size ?? 0)),
    );
    item.addEventListener('click', () => {
      this.focus(item);
      void (entry.isFolder ? this.toggle(item, entry, level) : this.open(entry));
    });
    return h('li', { role: 'none' }, item);
  }

  private async toggle(item: HTMLElement, entry: ArtifactEntry, level: number): Promise<void> {
    const isOpen = item.getAttribute('aria-expanded') === 'true';
    item.setAttribute('aria-expanded', String(!isOpen));
    item.parentElement?.querySelector('ul')?.remove();
    if (isOpen || this.runId === undefined) return;
    const entries = await this.context.channel.call('runs/artifacts', { runId: this.runId, path: entry.path });
    const children = entries.map(child => this.item(child, level + 1));
    item.parentElement?.append(h('ul', { role: 'none' }, children));
  }

  private async open(entry: ArtifactEntry): Promise<void> {
    const { channel, state, act } = this.context;
    const { runId } = this;
    if (runId === undefined) return;
    state.set('artifact', entry.path);
    for (const item of this.list.querySelectorAll('[role=treeitem]'))
      item.setAttribute('aria-selected', String(item.getAttribute('data-path') === entry.path));
    const edit = button({
      label: t('Open in Editor'),
      onClick: () => act('host/openArtifact', { runId, path: entry.path }),
    });
    const head = h(
      'div',
      { class: 'card-head' },
      h('h2', { class: 'mono' }, entry.path),
      h('span', { class: 'muted' }, bytes(entry.size ?? 0)),
      h('span', { class: 'spacer' }),
      edit,
    );
    fill(this.shown, head, busy());
    try {
      const content = await channel.call('runs/artifact', { runId, path: entry.path, maxBytes: 256 * 1024 });
      fill(this.shown, head, preview(content));
    } catch (error) {
      fill(this.shown, head, failure(error));
    }
  }

  private focus(item: HTMLElement): void {
    for (const other of this.items()) other.tabIndex = -1;
    item.tabIndex = 0;
    item.focus();
  }

  private items(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>('[role=treeitem]')];
  }

  /** The keys of a tree. */
  private move(event: KeyboardEvent): void {
    const items = this.items();
    const at = items.findIndex(item => item === document.activeElement);
    const current = items[at];
    if (!current) return;
    const isOpen = current.getAttribute('aria-expanded');
    const parent = current.closest('ul')?.parentElement?.querySelector<HTMLElement>(':scope > [role=treeitem]');
    const moves: Readonly<Record<string, () => unknown>> = {
      ArrowDown: () => items[at + 1] && this.focus(items[at + 1]!),
      ArrowUp: () => items[at - 1] && this.focus(items[at - 1]!),
      Home: () => items[0] && this.focus(items[0]),
      End: () => this.focus(items.at(-1)!),
      ArrowRight: () => (isOpen === 'false' ? current.click() : isOpen && items[at + 1] && this.focus(items[at + 1]!)),
      ArrowLeft: () => (isOpen === 'true' ? current.click() : parent && this.focus(parent)),
      Enter: () => current.click(),
      ' ': () => current.click(),
    };
    const act = moves[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }
}
