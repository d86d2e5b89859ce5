import { CallError } from './channel';
import { busy, button, emptyState, failure } from './components';
import type { Child } from './dom';
import { fill, h } from './dom';
import { t } from './l10n';

export interface AskingWords {
  readonly waiting: string;
  readonly again: string;
  /** Said when it was cancelled. */
  readonly nothing: string;
}

const comparing = (): AskingWords => ({
  waiting: t('Comparing…'),
  again: t('Compare again'),
  nothing: t('Nothing was compared.'),
});

/** A place that shows the answer to the newest question: meanwhile that it waits, with a way to give up. */
export class Asking {
  readonly element = h('div', { class: 'stack', attrs: { 'aria-live': 'polite' } });
  private asked: AbortController | undefined;
  private key = '';

  constructor(private readonly words = comparing()) {}

  /** Asks when it is another question than the one that is shown. */
  ask<T>(key: string, question: (signal: AbortSignal) => Promise<T>, show: (answer: T) => readonly Child[]): void {
    if (key === this.key) return;
    this.key = key;
    void this.answer({ question, show, again: () => this.ask(key, question, show) });
  }

  /** What was answered may be out of date. */
  forget(): void {
    this.key = '';
  }

  say(...children: readonly Child[]): void {
    this.asked?.abort();
    this.asked = undefined;
    this.key = '';
    fill(this.element, children);
  }

  private async answer<T>({ question, show, again }: Question<T>): Promise<void> {
    this.asked?.abort();
    const asked = new AbortController();
    this.asked = asked;
    const cancel = button({ label: t('Cancel'), onClick: () => asked.abort() });
    fill(this.element, h('div', { class: 'row' }, busy(this.words.waiting), cancel));
    try {
      const answer = await question(asked.signal);
      if (this.asked === asked) fill(this.element, show(answer));
    } catch (error) {
      if (this.asked !== asked) return;
      this.key = '';
      const retry = button({ label: this.words.again, onClick: again });
      const isCancelled = error instanceof CallError && error.wire.code === 'cancelled';
      fill(
        this.element,
        isCancelled
          ? emptyState(t('Cancelled'), this.words.nothing, retry)
          : [failure(error), h('div', { class: 'row' }, retry)],
      );
    }
  }
}

interface Question<T> {
  readonly question: (signal: AbortSignal) => Promise<T>;
  readonly show: (answer: T) => readonly Child[];
  readonly again: () => void;
}
