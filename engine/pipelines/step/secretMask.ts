const shown = '[redacted]';

/** Takes secrets out of a stream of bytes, also where they are torn between two chunks. */
export class SecretMask {
  private readonly secrets: readonly string[];
  private held = '';

  /** They are ASCII. */
  constructor(secrets: readonly string[]) {
    this.secrets = secrets.filter(secret => secret !== '');
  }

  /** What can be shown so far; the end of a chunk waits when a secret may begin there. */
  take(chunk: Buffer): Buffer {
    if (this.secrets.length === 0) return chunk;
    // A character a byte: whatever the encoding, all other bytes stay as they are.
    let text = this.held + chunk.toString('latin1');
    for (const secret of this.secrets) text = text.replaceAll(secret, shown);
    const begun = Math.max(...this.secrets.map(secret => beginning(text, secret)));
    this.held = text.slice(text.length - begun);
    return Buffer.from(text.slice(0, text.length - begun), 'latin1');
  }

  /** What was held back, at the end of the stream. */
  rest(): Buffer {
    const last = Buffer.from(this.held, 'latin1');
    this.held = '';
    return last;
  }
}

/** How many characters at the end of the text begin the secret. */
function beginning(text: string, secret: string): number {
  for (let length = Math.min(text.length, secret.length - 1); length > 0; length--)
    if (text.endsWith(secret.slice(0, length))) return length;
  return 0;
}
