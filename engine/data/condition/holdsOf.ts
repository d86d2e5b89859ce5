import type { Comparison } from '../condition';

/** Whether an operator holds for the order of two values: below 0, 0, above 0. */
export function holdsOf(operator: Comparison): (order: number) => boolean {
  switch (operator) {
    case '=':
      return order => order === 0;
    case '!=':
      return order => order !== 0;
    case '<':
      return order => order < 0;
    case '<=':
      return order => order <= 0;
    case '>':
      return order => order > 0;
    case '>=':
      return order => order >= 0;
  }
}
