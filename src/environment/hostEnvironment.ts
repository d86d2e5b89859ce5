import type { Variables } from './trackingVariables';

type Environment = Record<string, string | undefined>;

/**
 * The environment of the extension host, which other extensions hand on to what they start: a notebook's kernel, a test
 * run. With several folders it can name one only. What was there before comes back in the end.
 */
export class HostEnvironment {
  /** As it was before anything was set. */
  readonly original: Readonly<Environment>;
  private names: readonly string[] = [];

  constructor(private readonly environment: Environment) {
    this.original = { ...environment };
  }

  set(variables: Variables): void {
    this.restore();
    this.names = Object.keys(variables);
    Object.assign(this.environment, variables);
  }

  dispose(): void {
    this.restore();
  }

  private restore(): void {
    for (const name of this.names) {
      const before = this.original[name];
      if (before === undefined) Reflect.deleteProperty(this.environment, name);
      else this.environment[name] = before;
    }
    this.names = [];
  }
}
