import type { ModelVersion, RegisteredModel } from '../../engine/protocol/registry';
import { button } from '../shared/components';
import type { Child } from '../shared/dom';
import { fill, h } from '../shared/dom';
import { metric, short } from '../shared/format';
import { keepFocus } from '../shared/keepFocus';
import { t } from '../shared/l10n';
import { linkButton } from '../shared/linkButton';
import type { MenuItem } from '../shared/menu';
import { openMenu } from '../shared/menu';
import { moreButton } from '../shared/moreButton';
import { scrollBox } from '../shared/scrollBox';
import type { ModelAction } from '../shared/protocol';
import type { ModelContext } from './context';
import { aliasesOf, approvalMark, decisionsOf, scanMark, signatureMark, versionName, when } from './words';

const page = 50;
/** Metrics that have a column of their own. */
const mostMetrics = 4;
/** As many as can be told apart side by side. */
const mostCompared = 8;

interface Column {
  readonly id: string;
  readonly title: string;
  readonly numeric?: boolean;
  /** What it is sorted by; a column without cannot be. */
  readonly key?: (version: ModelVersion, model: RegisteredModel) => number | string | undefined;
  readonly cell: (version: ModelVersion, model: RegisteredModel) => Child | readonly Child[];
}

/** All versions: sorted by any column, some ticked to be compared. */
export class VersionsTable {
  readonly element = h('section', { class: 'card versions' });
  private shown = page;
  private model: RegisteredModel | undefined;
  private readonly ticked: Set<number>;

  constructor(private readonly context: ModelContext) {
    this.ticked = new Set((context.state.texts('ticked') ?? []).map(Number));
  }

  update(model: RegisteredModel): void {
    this.model = model;
    this.draw();
  }

  private draw(): void {
    const { model } = this;
    if (!model) return;
    const columns = this.columns(model);
    const rows = sorted(model, columns, this.sort);
    keepFocus(this.element, () =>
      fill(
        this.element,
        h(
          'div',
          { class: 'card-head' },
          h('h2', null, t('Versions')),
          h('span', { class: 'spacer' }),
          this.compareButton(),
        ),
        rows.length === 0
          ? h('p', { class: 'muted' }, t('No version is registered yet.'))
          : scrollBox(t('Versions'), this.table(columns, rows.slice(0, this.shown), model)),
        moreButton(rows.length - this.shown, page, () => {
          this.shown += page;
          this.draw();
        }),
      ),
    );
  }

  private compareButton(): HTMLElement {
    const versions = [...this.ticked].filter(one => this.model?.versions.some(({ version }) => version === one));
    const count = versions.length;
    return button({
      label: count === 0 ? t('Compare') : t('Compare {0}', count),
      title: t('Tick two or more versions, {0} at most', mostCompared),
      disabled: count < 2,
      onClick: () => this.context.showComparison(versions.toSorted((a, b) => a - b)),
    });
  }

  private table(columns: readonly Column[], rows: readonly ModelVersion[], model: RegisteredModel): HTMLElement {
    const { column: by, descending } = this.sort;
    return h(
      'table',
      { class: 'data' },
      h('caption', { class: 'visually-hidden' }, t('Versions of {0}', model.name)),
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          h('th', { attrs: { scope: 'col' } }, h('span', { class: 'visually-hidden' }, t('Compare'))),
          columns.map(column => this.head(column, column.id === by ? descending : undefined)),
        ),
      ),
      h(
        'tbody',
        null,
        rows.map(version =>
          h(
            'tr',
            null,
            h('td', null, this.tick(version)),
            columns.map(({ cell, numeric }, at) => {
              const props = { class: numeric ? 'num' : '' };
              const content = cell(version, model);
              return at === 0 ? h('th', { ...props, attrs: { scope: 'row' } }, content) : h('td', props, content);
            }),
          ),
        ),
      ),
    );
  }

  private head({ id, title, numeric, key }: Column, descending: boolean | undefined): HTMLElement {
    const props = { class: numeric ? 'num' : '' };
    if (!key) return h('th', { ...props, attrs: { scope: 'col' } }, title);
    const order = descending === undefined ? undefined : descending ? 'descending' : 'ascending';
    return h(
      'th',
      { ...props, attrs: { scope: 'col', 'aria-sort': order } },
      h(
        'button',
        { class: 'sort', attrs: { type: 'button' }, on: { click: () => this.sortBy(id, descending) } },
        title,
        h('span', { attrs: { 'aria-hidden': true } }, descending === undefined ? '' : descending ? ' ↓' : ' ↑'),
      ),
    );
  }

  private tick({ version }: ModelVersion): HTMLElement {
    const label = t('Compare {0}', versionName(version));
    const isTicked = this.ticked.has(version);
    const isFull = !isTicked && this.ticked.size >= mostCompared;
    const box = h('input', { attrs: { type: 'checkbox', 'aria-label': label, disabled: isFull } });
    box.checked = isTicked;
    box.addEventListener('change', () => {
      if (box.checked) this.ticked.add(version);
      else this.ticked.delete(version);
      this.context.state.set('ticked', [...this.ticked].map(String));
      this.draw();
      this.element.querySelector<HTMLElement>(`input[aria-label="${label}"]`)?.focus();
    });
    return box;
  }

  private get sort(): { readonly column: string; readonly descending: boolean } {
    const { state } = this.context;
    return { column: state.text('sort') ?? 'version', descending: state.flag('descending') ?? true };
  }

  private sortBy(id: string, descending: boolean | undefined): void {
    this.context.state.set('sort', id);
    this.context.state.set('descending', descending === undefined ? true : !descending);
    this.draw();
    this.element.querySelector<HTMLElement>('th[aria-sort] button')?.focus();
  }

  private columns({ versions, stages, signatures }: RegisteredModel): readonly Column[] {
    const { init, act } = this.context;
    const has = (key: string): boolean => versions.some(({ metrics }) => metrics[key] !== undefined);
    return [
      {
        id: 'version',
        title: t('Version'),
        key: ({ version }) => version,
        cell: one => this.name(one),
      },
      {
        id: 'stage',
        title: t('Stage and aliases'),
        key: ({ stage }) => stages.indexOf(stage),
        cell: ({ stage, version }, model) => [stage, ...aliasesOf(model, version)].join(' '),
      },
      ...init.metrics
        .filter(has)
        .slice(0, mostMetrics)
        .map((name): Column => ({
          ...{ id: `metric ${name}`, title: name, numeric: true, key: ({ metrics }) => metrics[name] },
          cell: ({ metrics }) => (metrics[name] === undefined ? '–' : metric(metrics[name])),
        })),
      {
        id: 'data',
        title: t('Data'),
        cell: ({ lineage }) =>
          lineage.datasets.map(({ name, digest }) =>
            h('div', { title: digest }, name, ' ', h('span', { class: 'mono muted' }, short(digest))),
          ),
      },
      {
        id: 'run',
        title: t('Run'),
        cell: ({ runId, version }) =>
          runId === undefined
            ? h('span', { class: 'muted' }, t('elsewhere'))
            : linkButton(t('Open'), () => act('host/openRun', { runId }), {
                label: t('Open the run of {0}', versionName(version)),
              }),
      },
      { id: 'commit', title: t('Commit'), cell: ({ lineage }) => commit(lineage) },
      ...fileColumns(signatures.length > 0),
      {
        id: 'decisions',
        title: t('Decisions'),
        cell: ({ version }, model) =>
          decisionsOf(model, { version })
            .filter(({ standing }) => standing !== 'superseded' && standing !== 'withdrawn')
            .map(one => h('div', null, approvalMark(one), h('span', { class: 'muted' }, ` · ${one.stage}`))),
      },
      { id: 'made', title: t('Made'), key: ({ createdAt }) => createdAt, cell: ({ createdAt }) => when(createdAt) },
      { id: 'more', title: t('More'), cell: (one, model) => this.menuButton(one, model) },
    ];
  }

  private name({ version, description }: ModelVersion): Child {
    const name = versionName(version);
    const open = (): void => this.context.showDiff(version, { other: version - 1 });
    const link = version > 1 ? linkButton(name, open, { label: t('What {0} changes', name) }) : name;
    return description === '' ? link : h('div', null, link, h('div', { class: 'muted note' }, description));
  }

  private menuButton(version: ModelVersion, model: RegisteredModel): HTMLElement {
    const name = versionName(version.version);
    const more = linkButton('…', () => openMenu({ label: name, groups: this.menu(version, model), anchor: more }), {
      label: t('More of {0}', name),
    });
    more.setAttribute('aria-haspopup', 'menu');
    return more;
  }

  private menu({ version, stage }: ModelVersion, model: RegisteredModel): readonly (readonly MenuItem[])[] {
    const disabled = !this.context.trusted();
    const item = (label: string, action: ModelAction): MenuItem => ({
      ...{ label, disabled },
      onClick: () => this.context.change(action, { version }),
    });
    const isArchived = !model.stages.includes(stage);
    const isGuarded = model.guarded[version] !== undefined;
    return [
      [item(t('Promote…'), 'promote'), item(t('Judge Gates…'), 'checkGates')],
      [item(t('Approve…'), 'approve'), item(t('Reject…'), 'reject'), item(t('Withdraw…'), 'withdraw')],
      [
        item(t('Set Alias…'), 'setAlias'),
        ...(aliasesOf(model, version).length > 0 ? [item(t('Delete Alias…'), 'deleteAlias')] : []),
      ],
      [item(t('Test Serving'), 'testServing')],
      [item(t('Sign…'), 'sign'), item(t('Verify Signature'), 'verify')],
      isArchived
        ? [item(t('Restore…'), 'restore'), { ...item(t('Delete…'), 'delete'), disabled: disabled || isGuarded }]
        : [
            ...(model.stages.indexOf(stage) > 0 ? [item(t('Demote…'), 'demote')] : []),
            item(t('Archive…'), 'archive'),
            { ...item(t('Delete…'), 'delete'), disabled: disabled || isGuarded },
          ],
    ];
  }
}

/** What is known of the files of a version; of signatures only where there are some. */
const fileColumns = (hasSignatures: boolean): readonly Column[] => [
  {
    id: 'files',
    title: t('Files'),
    cell: ({ version }, { scans }) => scanMark(scans.find(scan => scan.version === version)),
  },
  ...(hasSignatures
    ? [
        {
          id: 'signature',
          title: t('Signature'),
          cell: ({ version }: ModelVersion, { signatures }: RegisteredModel) =>
            signatureMark(signatures.find(one => one.version === version)),
        },
      ]
    : []),
];

/** By a column; what has no value comes last, whichever way; equals by version, the newest first. */
export function sorted(
  model: RegisteredModel,
  columns: readonly Pick<Column, 'id' | 'key'>[],
  { column, descending }: { readonly column: string; readonly descending: boolean },
): readonly ModelVersion[] {
  const key = columns.find(({ id }) => id === column)?.key ?? (({ version }: ModelVersion) => version);
  const way = descending ? -1 : 1;
  return model.versions.toSorted((a, b) => {
    const [one, two] = [key(a, model), key(b, model)];
    if (one === two) return b.version - a.version;
    if (one === undefined || Number.isNaN(one)) return 1;
    if (two === undefined || Number.isNaN(two)) return -1;
    return (one < two ? -1 : 1) * way;
  });
}

function commit({ gitCommit, gitDirty }: ModelVersion['lineage']): Child {
  if (gitCommit === undefined) return '–';
  const dirty = gitDirty === true;
  return h(
    'span',
    { class: 'mono', title: dirty ? t('{0}, with uncommitted changes', gitCommit) : gitCommit },
    short(gitCommit),
    dirty && h('span', { attrs: { 'aria-label': t('with uncommitted changes'), role: 'img' } }, ' *'),
  );
}
