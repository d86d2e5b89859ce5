import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import { ModelyardError } from '../errors';

const schema = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.string()));
type Secrets = Readonly<Record<string, string>>;

/**
 * The secrets of webhooks, by id: a file that only this user can read, beside the database, so that they are in no copy
 * of it.
 */
export class SecretFile {
  constructor(private readonly file: string) {}

  /** Undefined: there is none. @throws ModelyardError `store.corrupt`, `store.failed` */
  get(id: string): string | undefined {
    const secrets = this.read();
    return Object.hasOwn(secrets, id) ? secrets[id] : undefined;
  }

  /** Empty: none any more. @throws ModelyardError `store.readonly`, `store.corrupt`, `store.failed` */
  set(id: string, secret: string): void {
    const { [id]: before, ...others } = this.read();
    if ((before ?? '') === secret) return;
    this.write(secret === '' ? others : { ...others, [id]: secret });
  }

  private read(): Secrets {
    let content: string;
    try {
      content = readFileSync(this.file, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
      throw new ModelyardError('store.failed', `${this.file} cannot be read.`, { cause: error });
    }
    const parsed = v.safeParse(schema, content);
    if (parsed.success) return parsed.output;
    throw new ModelyardError('store.corrupt', `${this.file} does not hold the secrets of webhooks.`, {
      fix: 'Remove the file, and set the secrets again.',
    });
  }

  /** Never seen half written. */
  private write(secrets: Secrets): void {
    const temporary = `${this.file}.${process.pid}`;
    try {
      rmSync(temporary, { force: true });
      writeFileSync(temporary, `${JSON.stringify(secrets)}\n`, { mode: 0o600, flag: 'wx' });
      renameSync(temporary, this.file);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw new ModelyardError('store.readonly', `${this.file} cannot be written.`, { cause: error });
    }
  }
}
