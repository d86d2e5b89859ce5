import type { Socket } from 'node:net';
import type { Message, MessageConnection } from 'vscode-jsonrpc/node';
import { createMessageConnection, SocketMessageWriter, StreamMessageReader } from 'vscode-jsonrpc/node';

/** The notification before an engine closes a connection on purpose: the client need not reconnect by itself. */
export const byeNotification = 'engine/bye';
/** The key among a call's parameters under which a client asks for progress; taken off before they are checked. */
export const progressKey = 'progressToken';

/** JSON-RPC over a socket, the same at both ends. */
export function createWire(socket: Socket): MessageConnection {
  socket.setNoDelay(true);
  const reader = new StreamMessageReader(socket, {
    charset: 'utf-8',
    contentTypeDecoder: {
      name: 'application/json',
      decode: buffer => Promise.resolve().then(() => decode(Buffer.from(buffer).toString('utf8'))),
    },
  });
  // or its timer, which nobody listens to, keeps the process alive when the connection ends within a message
  reader.partialMessageTimeout = 0;
  const writer = new SocketMessageWriter(socket, {
    charset: 'utf-8',
    contentTypeEncoder: {
      name: 'application/json',
      encode: message => Promise.resolve().then(() => Buffer.from(encode(message), 'utf8')),
    },
  });
  return createMessageConnection(reader, writer);
}

/** JSON has no NaN or infinities, metrics have: they travel as `{"$number": "NaN"}`. */
const marker = '$number';

export function encode(message: Message): string {
  return hasOddNumber(message)
    ? JSON.stringify(message, (_key, value: unknown) => (isOdd(value) ? { [marker]: String(value) } : value))
    : JSON.stringify(message);
}

export function decode(text: string): Message {
  const message: unknown = text.includes(`"${marker}"`) ? JSON.parse(text, reviveNumber) : JSON.parse(text);
  if (!isMessage(message)) throw new TypeError('Not a JSON-RPC message.');
  return message;
}

const isMessage = (value: unknown): value is Message =>
  typeof value === 'object' && value !== null && 'jsonrpc' in value && value.jsonrpc === '2.0';

function reviveNumber(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !(marker in value)) return value;
  const text = value[marker];
  return text === 'NaN' || text === 'Infinity' || text === '-Infinity' ? Number(text) : value;
}

const isOdd = (value: unknown): boolean => typeof value === 'number' && !Number.isFinite(value);

function hasOddNumber(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasOddNumber);
  if (typeof value === 'object' && value !== null) return Object.values(value).some(hasOddNumber);
  return isOdd(value);
}
