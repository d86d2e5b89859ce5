import { parse } from 'yaml';
import type { Confines } from '../confines';
import { unreadable } from '../failures';

/** A `meta.yaml` of MLflow. Every scalar is a text here: an id such as 1e5 must not become a number. */
export class MetaYaml {
  private constructor(
    readonly file: string,
    private readonly values: ReadonlyMap<string, unknown>,
  ) {}

  static read(file: string, confines: Confines): MetaYaml {
    const text = confines.text(file, 1 << 20);
    let values: unknown;
    try {
      values = parse(text, { schema: 'failsafe', logLevel: 'error', maxAliasCount: 0 });
    } catch (error) {
      const [why = ''] = error instanceof Error ? error.message.split('\n') : [];
      throw unreadable(file, `it is not YAML (${why.replace(/:?$/, '')})`);
    }
    if (typeof values !== 'object' || values === null || Array.isArray(values))
      throw unreadable(file, 'it has no keys, as a file that was cut off');
    return new MetaYaml(file, new Map(Object.entries(values)));
  }

  /** @throws ModelyardError `data.unreadable` when it is missing or empty */
  text(key: string): string {
    const value = this.optionalText(key);
    if (value === undefined || value === '') throw unreadable(this.file, `it has no ${key}`);
    return value;
  }

  optionalText(key: string): string | undefined {
    const value = this.values.get(key);
    return typeof value === 'string' && value !== 'null' && value !== '~' ? value : undefined;
  }

  /** A whole number such as a time in ms. */
  optionalInteger(key: string): number | undefined {
    const text = this.optionalText(key);
    if (text === undefined || text === '') return undefined;
    const value = Number(text);
    if (/^-?\d+$/.test(text) && Number.isSafeInteger(value)) return value;
    throw unreadable(this.file, `${key} is ${JSON.stringify(text.slice(0, 40))}, not a whole number`);
  }

  /** The members of a mapping. */
  texts(key: string): Readonly<Record<string, string>> {
    const value = this.values.get(key);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, text]) => (typeof text === 'string' ? [[name, text] as const] : [])),
    );
  }
}
