import type { ValidateFunction } from 'ajv';
import { ModelyardError } from '../../errors';
import type { CheckResult } from '../../protocol/data';
import { cellText, type Batch, type ColumnBatch } from '../read/batch';
import { isMissing } from '../read/cellKind';
import { Tally, type Check, type CheckOptions } from './check';

type Options = CheckOptions & { readonly column: string; readonly schema: Readonly<Record<string, unknown>> };

/** The text of each cell is JSON that a JSON Schema accepts. */
export class JsonSchemaCheck implements Check {
  readonly columns: readonly string[];
  readonly #options: Options;
  readonly #tally: Tally;
  #accepts: ValidateFunction | undefined;
  /** What was wrong with the first one. */
  #reason = '';

  constructor(options: Options) {
    this.columns = [options.column];
    this.#options = options;
    this.#tally = new Tally(options);
  }

  /** @throws ModelyardError `config.invalid` for a schema that is none */
  async add(column: ColumnBatch, batch: Batch): Promise<void> {
    const accepts = (this.#accepts ??= await compile(this.#options));
    for (let row = 0; row < column.rows; row++) {
      if (isMissing(column.kinds[row]!)) continue;
      this.#tally.checked++;
      const problem = problemOf(accepts, cellText(column, row));
      if (problem === undefined) continue;
      if (this.#tally.failing === 0) this.#reason = problem;
      this.#tally.fail(batch, row, column);
    }
  }

  finish(): CheckResult {
    return this.#tally.result(this.#options, `${this.#options.column} fits its JSON Schema`, ` (${this.#reason})`);
  }
}

function problemOf(accepts: ValidateFunction, text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'it is not JSON';
  }
  if (accepts(value)) return undefined;
  const [first] = accepts.errors ?? [];
  return first === undefined ? 'it does not fit' : `${first.instancePath || 'it'} ${first.message ?? 'does not fit'}`;
}

async function compile({ schema, column }: Options): Promise<ValidateFunction> {
  const { Ajv } = await import('ajv'); // large, and seldom needed
  try {
    return new Ajv({ strict: false, logger: false, validateFormats: false }).compile(schema);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ModelyardError('config.invalid', `The JSON Schema for ${column} is none: ${reason}.`, {
      fix: 'Write a JSON Schema of draft 7.',
      cause,
    });
  }
}
