import type { CheckResult } from '../../protocol/data';
import type { CountRange } from '../../protocol/expectations';
import { verdict, type Check, type CheckOptions, type TableFacts } from './check';
import { countText, isCount } from './ranges';
import { number, shownSet } from './sentences';

export class ColumnCountCheck implements Check {
  readonly columns = [];
  readonly #options: CheckOptions & { readonly wanted: CountRange };

  constructor(options: CheckOptions & { readonly wanted: CountRange }) {
    this.#options = options;
  }

  finish({ columns, rows }: TableFacts): CheckResult {
    const { wanted } = this.#options;
    return verdict(this.#options, {
      rule: `column count ${countText(wanted)}`,
      passed: isCount(columns.length, wanted),
      what: `there are ${number(columns.length)}`,
      checked: rows,
    });
  }
}

interface Columns {
  readonly wanted: readonly string[];
  readonly mode: 'ordered' | 'any order' | 'among';
}
const rules = { ordered: 'columns', 'any order': 'columns in any order', among: 'has columns' } as const;

/** Which columns there are. */
export class ColumnsCheck implements Check {
  readonly columns = [];
  readonly #options: CheckOptions & Columns;

  constructor(options: CheckOptions & Columns) {
    this.#options = options;
  }

  finish({ columns, rows }: TableFacts): CheckResult {
    const { wanted, mode } = this.#options;
    const absent = wanted.filter(name => !columns.includes(name));
    const others = mode === 'among' ? [] : columns.filter(name => !wanted.includes(name));
    const wrong = mode === 'ordered' ? columns.findIndex((name, i) => name !== wanted[i]) : -1;
    const isOrdered = absent.length + others.length > 0 || wrong < 0;
    const found = [
      ...(absent.length > 0 ? [`${quoted(absent)} ${absent.length === 1 ? 'is' : 'are'} not there`] : []),
      ...(others.length > 0 ? [`${quoted(others)} ${others.length === 1 ? 'is' : 'are'} there too`] : []),
      ...(isOrdered ? [] : [`column ${wrong + 1} is \`${columns[wrong]}\`, not \`${wanted[wrong]}\``]),
    ];
    return verdict(this.#options, {
      rule: `${rules[mode]} ${shownSet(wanted)}`,
      passed: found.length === 0,
      what: found.length === 0 ? `all ${number(wanted.length)} are there` : found.join(', '),
      checked: rows,
    });
  }
}

const quoted = (names: readonly string[]): string =>
  `${names
    .slice(0, 5)
    .map(name => `\`${name}\``)
    .join(', ')}${names.length > 5 ? ' …' : ''}`;
