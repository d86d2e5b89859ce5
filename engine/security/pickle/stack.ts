import type { Value } from './values';
import { isKind } from './values';

/** The pickle broke here, as it would for Python. */
export class Broken extends Error {
  constructor(
    readonly why: string,
    readonly offset: number,
  ) {
    super(why);
  }
}

/** More than a scan keeps in memory. */
export class TooMuch extends Error {}

/** Values on the stack, and in the memo, at most. */
const mostValues = 20_000_000;

/** The stack of a pickle machine, which can be forked at no cost: a fork reads through to what was there before. */
export class Stack {
  private readonly own: Value[] = [];

  constructor(
    private readonly below: readonly Value[] = [],
    private belowLength = below.length,
  ) {}

  get length(): number {
    return this.belowLength + this.own.length;
  }

  push(value: Value): void {
    if (this.own.length >= mostValues) throw new TooMuch('more values on its stack than a scan keeps');
    this.own.push(value);
  }

  /** @throws Broken also where the top is a mark, below which nothing may be taken */
  pop(offset: number): Value {
    const value = this.popAny(offset);
    if (isMark(value)) throw new Broken('it takes what is below a mark', offset);
    return value;
  }

  popAny(offset: number): Value {
    const value = this.own.pop();
    if (value !== undefined) return value;
    if (this.belowLength === 0) throw new Broken('it takes from an empty stack', offset);
    this.belowLength -= 1;
    return this.below[this.belowLength] ?? null;
  }

  top(offset: number): Value {
    const value = this.own.length > 0 ? this.own.at(-1) : this.below[this.belowLength - 1];
    if (value === undefined || this.length === 0) throw new Broken('it looks at an empty stack', offset);
    return value;
  }

  /** All above the topmost mark, which goes as well. */
  popToMark(offset: number): Value[] {
    for (let at = this.own.length - 1; at >= 0; at -= 1) {
      if (!isMark(this.own[at])) continue;
      const items = this.own.splice(at);
      items.shift();
      return items;
    }
    const items: Value[] = [];
    for (;;) {
      if (this.length === 0) throw new Broken('it looks for a mark that was never set', offset);
      const value = this.popAny(offset);
      if (isMark(value)) return items.reverse();
      items.push(value);
    }
  }

  fork(): Stack {
    return this.belowLength === 0
      ? new Stack(this.own, this.own.length)
      : new Stack([...this.below.slice(0, this.belowLength), ...this.own]);
  }
}

/** What `PUT` and its kin keep; a fork changes nothing of it. */
export class Memo {
  private readonly own = new Map<number, Value>();
  private readonly dense: Value[] = [];
  private count = 0;

  constructor(private readonly below?: Memo) {
    this.count = below?.count ?? 0;
  }

  put(index: number, value: Value): void {
    if (this.find(index) === undefined) this.count += 1;
    if (this.count > mostValues) throw new TooMuch('more values in its memo than a scan keeps');
    if (this.below === undefined && index === this.dense.length) this.dense.push(value);
    else if (index < this.dense.length) this.dense[index] = value;
    else this.own.set(index, value);
  }

  /** Under the number of those that are there, as `MEMOIZE` does. */
  memoize(value: Value): void {
    this.put(this.count, value);
  }

  /** Undefined: nothing was put there. */
  find(index: number): Value | undefined {
    if (index >= 0 && index < this.dense.length) return this.dense[index] ?? null;
    if (this.own.has(index)) return this.own.get(index) ?? null;
    return this.below?.find(index);
  }

  fork(): Memo {
    return new Memo(this);
  }
}

const isMark = (value: Value | undefined): boolean => isKind(value, 'mark');
