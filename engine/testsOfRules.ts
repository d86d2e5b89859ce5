import type { CheckRule, GateRule } from './protocol/gateRules';
import type { ModelTest } from './protocol/modelTests';

/** The test that must have been made for a rule to be judged; undefined: the rule asks for none. */
export function testOf(rule: GateRule): ModelTest | undefined {
  return 'check' in rule ? testOfCheck(rule) : undefined;
}

function testOfCheck(rule: CheckRule): ModelTest | undefined {
  switch (rule.check) {
    case 'monotonic':
      return { test: 'monotonic', column: rule.column, direction: rule.direction, rows: rule.rows };
    case 'invariant':
      return { test: 'invariant', columns: rule.columns, rows: rule.rows };
    case 'directional':
      return { test: 'directional', change: rule.change, direction: rule.direction, rows: rule.rows };
    case 'robust':
      return { test: 'robust', against: rule.against, columns: rule.columns, share: rule.share, metric: rule.metric };
    case 'golden':
      return { test: 'golden', path: rule.path, column: rule.column, tolerance: rule.tolerance };
    case 'parity':
      return { test: 'parity', rows: rule.rows };
    case 'reproducible':
      return { test: 'reproducible', trainings: rule.trainings };
    default:
      return undefined;
  }
}

/** The tests that rules ask for, each once. */
export function testsOf(rules: readonly GateRule[]): readonly ModelTest[] {
  const tests = new Map(rules.flatMap(rule => testOf(rule) ?? []).map(test => [testKey(test), test]));
  return [...tests.values()];
}

/** The same for the same test, in whatever order its keys stand. */
export const testKey = (test: ModelTest): string => canonical(test);

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join()}}`;
}
