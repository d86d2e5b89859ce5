import type { PipelineRunId } from '../../engine/protocol/ids';
import { checkbox } from '../shared/components';
import { fill, h } from '../shared/dom';
import { bytes } from '../shared/format';
import { t } from '../shared/l10n';
import type { PipelineContext } from './context';

/** Bytes of the end of a log that are shown; all of it opens in an editor. */
const tail = 32 * 1024;
/** ms between two looks at the log of a step that runs. */
const lookMs = 1000;

interface Source {
  readonly id: PipelineRunId;
  readonly step: string;
  readonly isRunning: boolean;
  readonly size: number;
}

/** The end of what a step wrote to its console; follows while it runs. */
export class StepLog {
  readonly element = h('section', { class: 'step-log' });
  private readonly lines = h('pre', { class: 'log-lines', role: 'log', attrs: { tabindex: 0 } });
  private readonly note = h('p', { class: 'muted' });
  private source: Source | undefined;
  private text = '';
  private next = 0;
  private isReading = false;
  private isFollowed = true;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly context: PipelineContext) {
    this.lines.setAttribute('aria-label', t('End of the log'));
    const open = (): void => {
      if (this.source) void context.act('host/openLog', { id: this.source.id, step: this.source.step });
    };
    fill(
      this.element,
      h(
        'div',
        { class: 'row' },
        h('h3', null, t('Log')),
        h('span', { class: 'spacer' }),
        checkbox({
          label: t('Follow'),
          checked: this.isFollowed,
          onChange: checked => {
            this.isFollowed = checked;
            this.toEnd();
          },
        }),
        h('button', { class: 'link', attrs: { type: 'button' }, on: { click: open } }, t('Open log')),
      ),
      this.note,
      this.lines,
    );
  }

  show(source: Source): void {
    const before = this.source;
    this.source = source;
    if (before?.id !== source.id || before.step !== source.step) {
      this.text = '';
      this.next = Math.max(0, source.size - tail);
      this.draw();
    }
    clearInterval(this.timer);
    this.timer = source.isRunning ? setInterval(() => void this.read(), lookMs) : undefined;
    if (before?.size !== source.size || before.isRunning !== source.isRunning || this.text === '') void this.read();
  }

  hide(): void {
    clearInterval(this.timer);
    this.source = undefined;
  }

  /** Reads on from where it stopped, until there is no more. */
  private async read(): Promise<void> {
    const { source } = this;
    if (source === undefined || this.isReading) return;
    this.isReading = true;
    try {
      for (;;) {
        const { id, step } = source;
        const part = await this.context.channel.call('pipelines/log', { id, step, offset: this.next });
        if (this.source?.id !== id || this.source.step !== step) break;
        this.next = part.next;
        if (part.text === '') break;
        this.text = `${this.text}${part.text}`.slice(-tail);
        this.draw();
      }
    } catch (error) {
      this.note.textContent = error instanceof Error ? error.message : String(error);
    } finally {
      this.isReading = false;
    }
    if (this.source?.step !== source.step || this.source.id !== source.id) await this.read();
    else this.draw();
  }

  private draw(): void {
    this.lines.textContent = this.text;
    this.lines.hidden = this.text === '';
    const cut = this.next > tail ? t('The last {0} of {1}.', bytes(tail), bytes(this.next)) : '';
    const isRunning = this.source?.isRunning === true;
    const none = isRunning ? t('Nothing written yet.') : t('The step wrote nothing to its console.');
    this.note.textContent = this.text === '' ? none : cut;
    this.toEnd();
  }

  private toEnd(): void {
    if (this.isFollowed) this.lines.scrollTop = this.lines.scrollHeight;
  }
}
