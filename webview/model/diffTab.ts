import type { RegisteredModel } from '../../engine/protocol/registry';
import { button, dropdown, emptyState } from '../shared/components';
import { fill, h } from '../shared/dom';
import { keepFocus } from '../shared/keepFocus';
import { t } from '../shared/l10n';
import { Asking } from '../shared/asking';
import type { Beside, ModelContext, ModelTab } from './context';
import { diffView } from './diffView';
import type { ModelData } from './modelStore';
import { candidate } from './stages';
import { versionName } from './words';

interface Chosen {
  readonly version: number;
  readonly beside: Beside;
}

/** A version and whom it is compared with, chosen from lists, and what would change. */
export class DiffTab implements ModelTab {
  readonly element = h('div', { class: 'stack' });
  private readonly chooser = h('div', { class: 'row chooser' });
  private readonly asking = new Asking();
  private model: RegisteredModel | undefined;
  private read = '';

  constructor(private readonly context: ModelContext) {
    fill(this.element, this.chooser, this.asking.element);
  }

  choose(version: number, beside: Beside): void {
    this.context.state.set('diffVersion', version);
    this.context.state.set('beside', textOf(beside));
    if (this.model) this.show(this.model);
  }

  update({ model }: ModelData): void {
    // the question itself judges gates: that they were judged again must not ask it once more
    const read = JSON.stringify([model.holders, model.approvals.length, model.versions.length, model.stages]);
    if (this.read !== '' && this.read !== read) this.asking.forget();
    this.read = read;
    this.model = model;
    this.show(model);
  }

  private show(model: RegisteredModel): void {
    const chosen = this.chosen(model);
    if (chosen === undefined || model.versions.length + model.stages.length < 2) {
      this.chooser.replaceChildren();
      const hint = t('A version is compared with who holds a stage, or with another version.');
      this.asking.say(emptyState(t('Nothing to compare'), hint));
      return;
    }
    this.drawChooser(model, chosen);
    if (this.context.trusted()) this.ask(model.name, chosen);
    else {
      const hint = t('Comparing judges the gates. It is allowed once the folder is trusted.');
      this.asking.say(emptyState(t('Not in restricted mode'), hint));
    }
  }

  private ask(name: string, { version, beside }: Chosen): void {
    const asked = { name, version, ...beside };
    const question = (signal: AbortSignal) => this.context.channel.call('registry/diff', asked, signal);
    this.asking.ask(JSON.stringify(asked), question, diffView);
  }

  private drawChooser(model: RegisteredModel, { version, beside }: Chosen): void {
    const versions = model.versions.map(one => ({
      value: String(one.version),
      text: `${versionName(one.version)} · ${one.stage}`,
    }));
    const stages = model.stages.slice(1).map(stage => {
      const holder = model.holders[stage];
      const text = holder === undefined ? t('{0} (nobody)', stage) : t('{0} (v{1})', stage, holder);
      return { value: textOf({ stage }), text };
    });
    const others = versions
      .filter(({ value }) => value !== String(version))
      .map(({ value, text }) => ({ value: textOf({ other: Number(value) }), text }));
    const name = versionName(version);
    keepFocus(this.chooser, () =>
      fill(
        this.chooser,
        this.list(t('Version'), {
          options: versions,
          value: String(version),
          onChange: value => this.choose(Number(value), beside),
        }),
        this.list(t('Beside'), {
          options: [...stages, ...others],
          value: textOf(beside),
          onChange: value => this.choose(version, besideOf(value) ?? beside),
        }),
        button({ label: t('Compare again'), disabled: !this.context.trusted(), onClick: () => this.again(model) }),
        'stage' in beside &&
          button({
            label: t('Promote {0}…', name),
            look: 'primary',
            disabled: !this.context.trusted(),
            onClick: () => this.context.change('promote', { version, stage: beside.stage }),
          }),
      ),
    );
  }

  private again(model: RegisteredModel): void {
    this.asking.forget();
    this.show(model);
  }

  /** What was chosen, as far as it is still there; else who would be promoted next. */
  private chosen(model: RegisteredModel): Chosen | undefined {
    const { state } = this.context;
    const has = (number: number | undefined): boolean => model.versions.some(({ version }) => version === number);
    const [wished, beside] = [state.number('diffVersion'), besideOf(state.text('beside'))];
    const isThere =
      beside !== undefined &&
      ('stage' in beside ? model.stages.includes(beside.stage) : has(beside.other) && beside.other !== wished);
    if (wished !== undefined && has(wished) && isThere) return { version: wished, beside };
    for (const [at, stage] of [...model.stages.entries()].reverse()) {
      const next = at === 0 ? undefined : candidate(model, { stage, at });
      if (next && model.holders[stage] !== undefined) return { version: next.version, beside: { stage } };
    }
    const [newest] = model.versions;
    const last = model.stages.at(-1);
    return newest && last !== undefined ? { version: newest.version, beside: { stage: last } } : undefined;
  }

  private list(label: string, options: Omit<Parameters<typeof dropdown>[0], 'label'>): HTMLElement {
    return h('label', { class: 'row' }, h('span', null, label), dropdown({ label, ...options }));
  }
}

const textOf = (beside: Beside): string => ('stage' in beside ? `stage ${beside.stage}` : `version ${beside.other}`);

function besideOf(text: string | undefined): Beside | undefined {
  const [, kind, rest = ''] = /^(stage|version) (.+)$/s.exec(text ?? '') ?? [];
  if (kind === 'stage') return { stage: rest };
  return kind === 'version' ? { other: Number(rest) } : undefined;
}
