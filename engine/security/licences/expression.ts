/** A licence expression of SPDX 2.3: ids, joined with AND and OR, with exceptions. */
export type Expression =
  | { readonly id: string }
  | { readonly op: 'and' | 'or'; readonly left: Expression; readonly right: Expression };

/** Undefined: it is no expression. Ids are not held to SPDX's list. */
export function parseExpression(text: string): Expression | undefined {
  const tokens = text.match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const word = (): string => (tokens[at] ?? '').toUpperCase();
  const primary = (): Expression | undefined => {
    const token = tokens[at];
    if (token === undefined || /^(?:AND|OR|WITH|\))$/i.test(token)) return undefined;
    at += 1;
    if (token === '(') {
      const inner = either();
      if (tokens[at] !== ')') return undefined;
      at += 1;
      return inner;
    }
    if (!/^[A-Za-z0-9][\w.+:-]*$/.test(token)) return undefined;
    if (word() !== 'WITH') return { id: token };
    const exception = tokens[at + 1];
    at += 2;
    return exception === undefined ? undefined : { id: `${token} WITH ${exception}` };
  };
  const joined = (op: 'and' | 'or', part: () => Expression | undefined): Expression | undefined => {
    let left = part();
    while (left !== undefined && word() === op.toUpperCase()) {
      at += 1;
      const right = part();
      left = right && { op, left, right };
    }
    return left;
  };
  const either = (): Expression | undefined => joined('or', () => joined('and', primary));
  const parsed = either();
  return at === tokens.length ? parsed : undefined;
}

/** Whether an expression can be met with ids that are good; of one with an exception the id without it counts as well. */
export function isMet(expression: Expression, isGood: (id: string) => boolean): boolean {
  if ('id' in expression) return isGood(expression.id) || isGood(expression.id.split(' WITH ')[0] ?? '');
  const { op, left, right } = expression;
  return op === 'and' ? isMet(left, isGood) && isMet(right, isGood) : isMet(left, isGood) || isMet(right, isGood);
}
