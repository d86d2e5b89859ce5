import { ModelyardError } from '../../errors';
import type { PointColumns } from '../content/points';
import type { FromChild, ToChild } from './messages';
import { parseFromChild } from './messages';

/** The way to a process that reads a source. */
export interface ReaderChannel {
  post(message: ToChild): void;
  /** What it says, in order. Fails when the process ends before it said `done`, or the caller cancels. */
  readonly messages: AsyncIterator<unknown>;
  /** Ends the process, if it has not ended. */
  close(): Promise<void>;
}

/** The engine's end of the conversation. */
export class Conversation {
  constructor(
    private readonly channel: ReaderChannel,
    private readonly onProgress: (text: string) => void,
  ) {}

  /** @throws ModelyardError what the source cannot be read for; `cancelled`; `step.failed` when the process died */
  async next(): Promise<Exclude<FromChild, { readonly type: 'failed' | 'progress' }>> {
    for (;;) {
      const said: IteratorResult<unknown, unknown> = await this.channel.messages.next();
      const message = parseFromChild(said.value);
      if (message === undefined)
        throw new ModelyardError('internal', 'The process that reads a source said what is no message.');
      if (message.type === 'failed') throw ModelyardError.fromWire(message.error);
      if (message.type === 'progress') this.onProgress(message.text);
      else return message;
    }
  }

  post(message: ToChild): void {
    this.channel.post(message);
  }

  /** The points of the long run that was offered last, from the beginning. */
  async *pieces(): AsyncGenerator<readonly PointColumns[]> {
    this.post({ type: 'points' });
    for (;;) {
      const message = await this.next();
      switch (message.type) {
        case 'piece':
          yield message.points;
          this.post({ type: 'next' });
          break;
        case 'pieceEnd': {
          const { problem } = message;
          if (problem !== undefined) throw new ModelyardError('data.unreadable', problem.message, problem);
          return;
        }
        default:
          throw new ModelyardError('internal', `A piece of a run was expected, not ${message.type}.`);
      }
    }
  }
}
