import type { Parameter, ParamValue, Study } from '../../engine/protocol/tuning';
import { button, dropdown, textField } from '../shared/components';
import { fill, h } from '../shared/dom';
import { t } from '../shared/l10n';
import type { ValueProblem } from '../shared/searchSpace';
import { learnersOf, optionName, paramText, parametersOf, readValue } from '../shared/searchSpace';

export interface EnqueueOptions {
  readonly trusted: () => boolean;
  /** What the engine says against them is thrown; then they stay. */
  readonly send: (params: Readonly<Record<string, ParamValue>>) => Promise<string>;
}

/** "Try these parameters next": a field for each parameter; what is left empty the sampler chooses. */
export class EnqueueForm {
  readonly element = h('details', { class: 'card enqueue' });
  private readonly place = h('div', { class: 'enqueue-fields' });
  private readonly said = h('p', { class: 'muted', role: 'status' });
  private readonly texts = new Map<string, string>();
  private learner = '';
  private study: Study | undefined;
  private drawn = '';

  constructor(private readonly options: EnqueueOptions) {
    fill(
      this.element,
      h('summary', null, h('h2', null, t('Try these parameters next'))),
      h('p', { class: 'muted' }, t('What is left empty is chosen by the sampler.')),
      this.place,
      this.said,
    );
  }

  update(study: Study): void {
    this.study = study;
    const learners = learnersOf(study);
    if (!learners.includes(this.learner)) this.learner = learners[0] ?? '';
    const key = JSON.stringify([study.id, this.learner, this.options.trusted()]);
    if (key === this.drawn) return; // somebody may be writing in it
    this.drawn = key;
    const parameters = parametersOf(study, this.learner);
    fill(
      this.place,
      learners.length > 1 && this.learnerField(learners),
      parameters.map(parameter => this.field(parameter)),
      h(
        'div',
        { class: 'row' },
        button({
          ...{ label: t('Try next'), look: 'primary', disabled: !this.options.trusted() },
          onClick: () => this.send(parameters),
        }),
      ),
    );
  }

  private learnerField(learners: readonly string[]): HTMLElement {
    const onChange = (chosen: string): void => {
      this.learner = chosen;
      if (this.study) this.update(this.study);
    };
    const options = learners.map(value => ({ value, text: value }));
    return labelled(t('Learner'), dropdown({ label: t('Learner'), options, value: this.learner, onChange }));
  }

  private field(parameter: Parameter): HTMLElement {
    const { name } = parameter;
    const label = optionName(parameter);
    const problem = h('span', { class: 'enqueue-problem', attrs: { id: `problem-${name}` }, role: 'alert' });
    const set = (text: string): void => {
      this.texts.set(name, text);
      fill(problem, problemOf(parameter, text));
    };
    const value = this.texts.get(name) ?? '';
    const free = { value: '', text: t('by the sampler') };
    const control =
      parameter.kind === 'choice'
        ? dropdown({
            ...{ label, value, onChange: set },
            options: [free, ...parameter.choices.map(paramText).map(text => ({ value: text, text }))],
          })
        : textField({ label, value, placeholder: rangeText(parameter), onInput: set });
    fill(problem, problemOf(parameter, value));
    return labelled(label, control, problem);
  }

  private async send(parameters: readonly Parameter[]): Promise<void> {
    const written = parameters.flatMap(parameter => {
      const text = this.texts.get(parameter.name) ?? '';
      return text.trim() === '' ? [] : [{ parameter, read: readValue(parameter, text) }];
    });
    const wrong = written.find(({ read }) => 'problem' in read);
    if (wrong) {
      fill(this.said, t('{0} cannot have this value.', optionName(wrong.parameter)));
      return;
    }
    const values = written.flatMap(({ parameter, read }) =>
      'value' in read ? [[optionName(parameter), read.value] as const] : [],
    );
    const learner = this.learner === '' ? {} : { learner: this.learner };
    try {
      fill(this.said, await this.options.send({ ...learner, ...Object.fromEntries(values) }));
    } catch (error) {
      fill(this.said, error instanceof Error ? error.message : String(error));
    }
  }
}

const labelled = (label: string, ...controls: readonly HTMLElement[]): HTMLElement =>
  h('div', { class: 'enqueue-field' }, h('span', { class: 'muted' }, label), ...controls);

function rangeText(parameter: Exclude<Parameter, { kind: 'choice' }>): string {
  const range = `${parameter.low} – ${parameter.high}`;
  return parameter.log ? t('{0} (log)', range) : range;
}

/** Empty when the text is empty or fits. */
function problemOf(parameter: Parameter, text: string): string {
  const read = text.trim() === '' ? undefined : readValue(parameter, text);
  return read && 'problem' in read ? problemText(read.problem) : '';
}

function problemText(problem: ValueProblem): string {
  switch (problem.kind) {
    case 'number':
      return t('a number');
    case 'whole':
      return t('a whole number');
    case 'range':
      return t('from {0} to {1}', problem.low, problem.high);
    case 'choice':
      return t('one of {0}', problem.choices.join(', '));
  }
}
