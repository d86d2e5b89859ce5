import type { RunHead } from '../content/run';
import type { FromChild, ToChild } from './messages';
import { WINDOW } from './messages';

/** The child's end of the conversation: sends no more than the engine has room for. */
export class ChildEnd {
  private room = WINDOW;
  private readonly waiting: (() => void)[] = [];
  private answered: ((answer: 'points' | 'goOn') => void) | undefined;

  /** @param post resolves when the message has been handed over */
  constructor(private readonly post: (message: FromChild) => Promise<void>) {}

  handle(message: ToChild): void {
    if (message.type === 'next') {
      this.room++;
      this.waiting.shift()?.();
    } else if (message.type === 'points' || message.type === 'goOn') this.answered?.(message.type);
  }

  say(message: FromChild): Promise<void> {
    return this.post(message);
  }

  /** Waits for room first. */
  async send(message: Extract<FromChild, { type: 'batch' | 'piece' }>): Promise<void> {
    while (this.room === 0) await new Promise<void>(resolve => this.waiting.push(resolve));
    this.room--;
    await this.post(message);
  }

  /** Offers a long run: its points are wanted, or the next run is. To be asked again after the points. */
  offer(head: RunHead): Promise<'points' | 'goOn'> {
    const answer = this.nextAnswer();
    void this.post({ type: 'long', head });
    return answer;
  }

  nextAnswer(): Promise<'points' | 'goOn'> {
    return new Promise(resolve => {
      this.answered = resolve;
    });
  }
}
