import type { VsCodeApi } from './channel';
import { isRecord } from './json';

/** What a page remembers of itself while it is hidden and over a reload, one value a key. */
export class PageState {
  private values: Readonly<Record<string, unknown>>;

  constructor(private readonly api: Pick<VsCodeApi, 'getState' | 'setState'>) {
    const kept = api.getState();
    this.values = isRecord(kept) ? kept : {};
  }

  value(key: string): unknown {
    return this.values[key];
  }

  text(key: string): string | undefined {
    const value = this.values[key];
    return typeof value === 'string' ? value : undefined;
  }

  number(key: string): number | undefined {
    const value = this.values[key];
    return typeof value === 'number' ? value : undefined;
  }

  flag(key: string): boolean | undefined {
    const value = this.values[key];
    return typeof value === 'boolean' ? value : undefined;
  }

  texts(key: string): readonly string[] | undefined {
    const value = this.values[key];
    return Array.isArray(value) ? value.filter(item => typeof item === 'string') : undefined;
  }

  numbers(key: string): Readonly<Record<string, number>> {
    const value = this.values[key];
    if (!isRecord(value)) return {};
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, item]) => (typeof item === 'number' ? [[name, item]] : [])),
    );
  }

  set(key: string, value: unknown): void {
    this.values = { ...this.values, [key]: value };
    this.api.setState(this.values);
  }
}
