import { h, setAttribute } from '../shared/dom';
import { t } from '../shared/l10n';
import type { PageState } from '../shared/state';
import { starTag } from './runCell';

const day = 24 * 3600 * 1000;

interface QuickFilter {
  readonly id: string;
  readonly label: string;
  readonly filter: () => string;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Filters that are one click each; they are kept beside what is written in the field. */
export class QuickFilters {
  readonly element = h('div', { class: 'row quick', role: 'group', attrs: { 'aria-label': t('Quick filters') } });
  private readonly all: readonly QuickFilter[];
  private readonly pipeline = h('select', { class: 'field', attrs: { 'aria-label': t('Pipeline') } });

  constructor(
    private readonly state: PageState,
    options: { readonly user: string; readonly changed: () => void },
  ) {
    this.all = [
      { id: 'starred', label: t('★ Starred'), filter: () => `tags.\`${starTag}\` = 'true'` },
      { id: 'failed', label: t('Failed'), filter: () => `attributes.status = 'FAILED'` },
      { id: 'mine', label: t('Mine'), filter: () => `attributes.user_id = ${quoted(options.user)}` },
      { id: 'recent', label: t('Last 24 h'), filter: () => `attributes.start_time >= ${Date.now() - day}` },
    ];
    for (const { id, label } of this.all) {
      const chip = h(
        'button',
        { class: 'toggle', attrs: { type: 'button', 'aria-pressed': String(this.isOn(id)) } },
        label,
      );
      chip.addEventListener('click', () => {
        this.state.set(`quick.${id}`, !this.isOn(id));
        setAttribute(chip, 'aria-pressed', String(this.isOn(id)));
        options.changed();
      });
      this.element.append(chip);
    }
    this.pipeline.addEventListener('change', () => {
      this.state.set('quick.pipeline', this.pipeline.value);
      options.changed();
    });
    this.pipeline.hidden = true;
    this.element.append(this.pipeline);
  }

  /** Those that runs have. */
  showPipelines(names: readonly string[]): void {
    const now = this.state.text('quick.pipeline') ?? '';
    const options = ['', ...new Set([...names, ...(now === '' ? [] : [now])])];
    this.pipeline.replaceChildren(
      ...options.map(name =>
        h('option', { attrs: { value: name, selected: name === now } }, name === '' ? t('All pipelines') : name),
      ),
    );
    this.pipeline.hidden = options.length < 2;
  }

  get isEmpty(): boolean {
    return this.filters().length === 0;
  }

  /** Conditions for each that is on. */
  filters(): readonly string[] {
    const pipeline = this.state.text('quick.pipeline') ?? '';
    return [
      ...this.all.filter(({ id }) => this.isOn(id)).map(({ filter }) => filter()),
      ...(pipeline === '' ? [] : [`tags.\`modelyard.pipeline\` = ${quoted(pipeline)}`]),
    ];
  }

  private isOn(id: string): boolean {
    return this.state.flag(`quick.${id}`) ?? false;
  }
}
