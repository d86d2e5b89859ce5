import type { PipelineRun } from '../../engine/protocol/pipelines';
import { dropdown, emptyState, textField } from '../shared/components';
import { fill, h } from '../shared/dom';
import { bytes } from '../shared/format';
import { t } from '../shared/l10n';
import { stepStatus } from '../shared/status';
import type { RunContext } from './context';
import type { RunData } from './runStore';
import type { RunTab } from './tab';

/** Of a longer log only the end is shown. */
const window = 512 * 1024;

/** What the steps wrote to their consoles; follows while they run. */
export class LogTab implements RunTab {
  readonly element = h('div', { class: 'log' });
  private readonly lines = h('pre', { class: 'log-lines', attrs: { tabindex: 0 }, role: 'log' });
  private readonly notes = h('p', { class: 'muted' });
  private readonly bar = h('div', { class: 'row' });
  private step = '';
  private text = '';
  private next = 0;
  private skipped = 0;
  private search = '';
  private isReading = false;
  private data: RunData | undefined;
  private shownSteps = '';

  constructor(private readonly context: RunContext) {
    this.step = context.state.text('logStep') ?? '';
    this.lines.setAttribute('aria-label', t('Log'));
  }

  update(data: RunData): void {
    this.data = data;
    const { pipeline } = data;
    if (!pipeline) {
      fill(this.element, emptyState(t('No log'), t('Only runs of a pipeline keep the console output of their steps.')));
      return;
    }
    if (!pipeline.steps.some(({ name }) => name === this.step)) this.choose(bestStep(pipeline));
    this.showBar(pipeline);
    void this.read(pipeline);
  }

  private showBar(pipeline: PipelineRun): void {
    const key = `${this.step}|${pipeline.steps.map(({ name, status, logSize }) => [name, status, logSize > 0]).join()}`;
    if (key === this.shownSteps) return;
    if (this.shownSteps === '') fill(this.element, this.bar, this.notes, this.lines);
    this.shownSteps = key;
    const options = pipeline.steps.map(({ name, logSize }) => ({
      value: name,
      text: logSize > 0 ? `${name} (${bytes(logSize)})` : name,
    }));
    const choose = (step: string): void => {
      this.choose(step);
      this.showBar(pipeline);
      void this.read(pipeline);
    };
    const state = pipeline.steps.find(({ name }) => name === this.step)?.status;
    fill(
      this.bar,
      dropdown({ label: t('Step'), options, value: this.step, onChange: choose }),
      state && stepStatus(state),
      h('span', { class: 'spacer' }),
      textField({
        label: t('Search the log'),
        placeholder: t('Search'),
        value: this.search,
        onInput: value => {
          this.search = value;
          this.show();
        },
      }),
    );
  }

  private choose(step: string): void {
    this.step = step;
    this.context.state.set('logStep', step);
    this.text = '';
    this.next = this.skipped = 0;
    this.show();
  }

  /** Reads on from where it stopped, until there is no more. */
  private async read(pipeline: PipelineRun): Promise<void> {
    if (this.isReading) return;
    this.isReading = true;
    const { step } = this;
    try {
      for (;;) {
        const size = this.data?.pipeline?.steps.find(({ name }) => name === step)?.logSize ?? 0;
        if (this.next === 0 && size > window) this.next = this.skipped = size - window;
        const part = await this.context.channel.call('pipelines/log', { id: pipeline.id, step, offset: this.next });
        if (step !== this.step) break;
        this.next = part.next;
        if (part.text === '') break;
        this.text += part.text;
        this.show();
      }
    } catch (error) {
      this.notes.textContent = String(error);
    } finally {
      this.isReading = false;
    }
    if (step !== this.step) await this.read(pipeline);
    else this.show();
  }

  private show(): void {
    const isAtEnd = this.lines.scrollHeight - this.lines.scrollTop - this.lines.clientHeight < 24;
    const all = this.text.split('\n');
    const wanted = this.search.toLowerCase();
    const shown = wanted === '' ? all : all.filter(line => line.toLowerCase().includes(wanted));
    this.lines.textContent = shown.join('\n');
    const found =
      wanted === ''
        ? ''
        : all.length === 1
          ? t('{0} of 1 line.', shown.length)
          : t('{0} of {1} lines.', shown.length, all.length);
    const cut =
      this.skipped > 0
        ? t('The first {0} are left out; the artifact logs/{1}.log has them all.', bytes(this.skipped), this.step)
        : '';
    const none = this.text === '' ? this.nothing() : '';
    this.notes.textContent = [none, found, cut].filter(text => text !== '').join(' ');
    this.lines.hidden = this.text === '';
    if (isAtEnd && wanted === '') this.lines.scrollTop = this.lines.scrollHeight;
  }

  private nothing(): string {
    const step = this.data?.pipeline?.steps.find(({ name }) => name === this.step);
    if (step?.status === 'running' || step?.status === 'waiting') return t('Nothing written yet.');
    return [t('The step wrote nothing to its console.'), step?.error?.message ?? step?.message ?? ''].join(' ');
  }
}

/** The one that runs or failed, else the last that wrote something. */
function bestStep({ steps }: PipelineRun): string {
  const step =
    steps.find(({ status }) => status === 'running' || status === 'failed') ??
    steps.findLast(({ logSize }) => logSize > 0) ??
    steps[0];
  return step?.name ?? '';
}
