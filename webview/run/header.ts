import type { PipelineRun } from '../../engine/protocol/pipelines';
import type { RunSummary } from '../../engine/protocol/tracking';
import { button, tag, textField } from '../shared/components';
import { applyProps, fill, h } from '../shared/dom';
import { ago, dateTime, duration, short } from '../shared/format';
import { isStudyId } from '../shared/ids';
import { t } from '../shared/l10n';
import { runStatus } from '../shared/status';
import type { RunContext } from './context';
import type { RunData } from './runStore';

/** Who, when, from what; and what can be done with the run. */
export class RunHeader {
  readonly element = h('header', { class: 'run-header' });
  private readonly title = h('div', { class: 'run-title' });
  private readonly facts = h('dl', { class: 'facts' });
  private readonly note = h('div', { class: 'note' });
  private readonly took = h('span', { class: 'muted', attrs: { 'aria-live': 'off' } });
  private readonly state = h('span', { role: 'status' });
  private readonly actions = h('div', { class: 'row actions' });
  private data: RunData | undefined;
  private isEditing = false;

  constructor(private readonly context: RunContext) {
    const line = h('div', { class: 'row' }, this.state, this.took, h('span', { class: 'spacer' }), this.actions);
    this.element.append(this.title, line, this.facts, this.note);
    setInterval(() => this.showDuration(), 1000);
  }

  update(data: RunData): void {
    const before = this.data;
    this.data = data;
    this.showDuration();
    if (before?.run.status !== data.run.status) fill(this.state, runStatus(data.run.status));
    if (!this.isEditing) this.showTexts(data.run);
    fill(this.facts, facts(data, this.context));
    if (actionsKey(before) !== actionsKey(data)) fill(this.actions, this.buttons(data));
  }

  private showDuration(): void {
    const run = this.data?.run;
    if (!run) return;
    const end = run.endedAt ?? (run.status === 'RUNNING' ? Date.now() : undefined);
    this.took.textContent = end === undefined ? '' : duration(Math.max(0, end - run.startedAt));
  }

  private showTexts(run: RunSummary): void {
    const name = h('button', { class: 'edit', title: t('Rename'), attrs: { type: 'button' } }, run.name);
    applyProps(name, { on: { click: () => this.editName(run) } });
    fill(this.title, h('h1', null, h('span', { class: 'number' }, `r-${run.number}`), ' ', name));
    const text = run.tags['mlflow.note.content'] ?? '';
    const shown = text === '' ? t('Add a note') : text;
    const edit = h(
      'button',
      { class: `edit${text === '' ? ' muted' : ''}`, title: t('Edit the note'), attrs: { type: 'button' } },
      shown,
    );
    applyProps(edit, { on: { click: () => this.editNote(run) } });
    fill(this.note, edit);
  }

  private editName(run: RunSummary): void {
    this.edit(this.title, {
      label: t('Name of the run'),
      value: run.name,
      save: name => (name.trim() === '' || name === run.name ? undefined : { name: name.trim() }),
    });
  }

  private editNote(run: RunSummary): void {
    const before = run.tags['mlflow.note.content'] ?? '';
    this.edit(this.note, {
      label: t('Note'),
      value: before,
      multiline: true,
      save: note => (note === before ? undefined : { note }),
    });
  }

  /** Puts a field in the place of a text; Enter or leaving it saves, Escape does not. */
  private edit(place: HTMLElement, options: EditOptions): void {
    this.isEditing = true;
    const done = async (value?: string): Promise<void> => {
      if (!this.isEditing || !this.data) return;
      this.isEditing = false;
      const { run } = this.data;
      const change = value === undefined ? undefined : options.save(value);
      this.showTexts(run);
      place.querySelector('button')?.focus();
      if (change)
        await this.context.act('runs/update', { runId: run.id, ...change }, changed => this.context.take(changed));
    };
    const field = textField({
      label: options.label,
      value: options.value,
      class: 'edit-field',
      multiline: options.multiline ?? false,
      onCommit: value => void done(value),
      onCancel: () => void done(),
    });
    field.addEventListener('focusout', () => void done());
    fill(place, field);
    requestAnimationFrame(() => field.focus());
  }

  private buttons({ run, versions }: RunData): HTMLElement[] {
    const { act, trusted } = this.context;
    const [version] = versions;
    const isDeleted = run.lifecycle === 'deleted';
    return [
      button({ label: t('Compare'), onClick: () => act('host/openExperiments', { selected: [run.id] }) }),
      button({ label: t('Report'), onClick: () => act('host/openRunCard', { runId: run.id }) }),
      ...(version
        ? [
            button({
              label: t('Promote v{0}…', version.version),
              look: 'primary',
              disabled: !trusted(),
              onClick: () => act('host/promote', { model: version.model, version: version.version }),
            }),
          ]
        : []),
      button({ label: t('Copy ID'), onClick: () => act('host/copy', { text: run.id }) }),
      isDeleted
        ? button({ label: t('Restore'), onClick: () => act('runs/restore', { runId: run.id }) })
        : button({ label: t('Delete'), onClick: () => act('runs/delete', { runId: run.id }) }),
    ];
  }
}

interface EditOptions {
  readonly label: string;
  readonly value: string;
  readonly multiline?: boolean;
  readonly save: (value: string) => { name: string } | { note: string } | undefined;
}

const actionsKey = (data: RunData | undefined): string =>
  data ? [data.run.lifecycle, data.versions.map(({ model, version }) => `${model}/${version}`).join()].join() : '';

function facts(data: RunData, context: RunContext): HTMLElement[] {
  const { run, pipeline } = data;
  const { tags } = run;
  const commit = tags['mlflow.source.git.commit'];
  const [input] = run.inputs;
  const others = Object.entries(tags).filter(([key]) => !/^(mlflow|modelyard)\./.test(key));
  return [
    fact(t('Started'), h('span', { title: dateTime(run.startedAt) }, ago(run.startedAt))),
    fact(t('By'), run.user),
    pipeline && fact(t('Pipeline'), graphLink(pipeline, context)),
    studyFact(tags['modelyard.study'], context),
    commit !== undefined && fact(t('Commit'), h('span', { class: 'mono' }, short(commit)), dirty(data, context)),
    input &&
      fact(t('Data'), input.dataset, h('span', { class: 'mono muted', title: input.digest }, short(input.digest))),
    tags['modelyard.host'] !== undefined && fact(t('Host'), tags['modelyard.host']),
    pipeline === undefined && tags['mlflow.source.name'] !== undefined && fact(t('Source'), tags['mlflow.source.name']),
    others.length > 0 && fact(t('Tags'), ...others.map(([key, value]) => tag(`${key}: ${value}`))),
    run.lifecycle === 'deleted' && fact(t('State'), tag(t('deleted'))),
  ].filter(item => item !== false && item !== undefined);
}

/** Opens the pipeline's page at this run. */
function graphLink({ pipeline, id }: PipelineRun, { act }: RunContext): HTMLElement {
  const open = (): unknown => act('host/openPipeline', { pipeline, run: id });
  const title = t('Show the graph of this run');
  return h('button', { class: 'link', title, attrs: { type: 'button' }, on: { click: () => void open() } }, pipeline);
}

/** The study that the run tuned with, or is a trial of. */
function studyFact(study: string | undefined, { act }: RunContext): HTMLElement | undefined {
  if (study === undefined || !isStudyId(study)) return undefined;
  const open = (): unknown => act('host/openStudy', { study });
  return fact(
    t('Study'),
    h('button', { class: 'link', attrs: { type: 'button' }, on: { click: () => void open() } }, short(study)),
  );
}

const fact = (name: string, ...values: readonly (HTMLElement | string | undefined)[]): HTMLElement =>
  h('div', null, h('dt', null, name), h('dd', null, ...values));

/** Says that the code was not as committed, and opens the difference. */
function dirty({ run }: RunData, { act }: RunContext): HTMLElement | undefined {
  if (run.tags['modelyard.git.dirty'] !== 'true') return undefined;
  const open = (): unknown => act('host/openArtifact', { runId: run.id, path: 'environment/diff.patch' });
  return h(
    'button',
    { class: 'link badge', attrs: { type: 'button' }, on: { click: () => void open() } },
    t('uncommitted changes'),
  );
}
