import net from 'node:net';

export interface RawClient {
  readonly socket: net.Socket;
  /** All that has come so far, as latin-1. */
  text(): string;
  /** The pieces in which it came. */
  readonly pieces: Buffer[];
  /** When what has come fits, or the connection has ended. */
  until(pattern: RegExp): Promise<string>;
  readonly closed: Promise<void>;
}

/** A connection to `url` on which a test says every byte itself. */
export function rawClient(url: string): RawClient {
  const socket = net.connect(Number(new URL(url).port), '127.0.0.1');
  const pieces: Buffer[] = [];
  const text = (): string => Buffer.concat(pieces).toString('latin1');
  const closed = new Promise<void>(resolve => socket.once('close', () => resolve()));
  socket.on('data', piece => pieces.push(piece));
  socket.on('error', () => undefined);
  const until = async (pattern: RegExp): Promise<string> => {
    while (!pattern.test(text())) {
      const next = new Promise<void>(resolve => socket.once('data', () => resolve()));
      if ((await Promise.race([next, closed.then(() => 'closed')])) === 'closed') break;
    }
    return text();
  };
  return { socket, pieces, text, until, closed };
}
