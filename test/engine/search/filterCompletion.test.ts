import { describe, expect, test } from 'vitest';
import { expectedAt } from '../../../engine/search/filterCompletion';
import { parseFilter } from '../../../engine/search/filterParser';
import { quoteName, quoteText } from '../../../engine/search/filterText';
import { runDialect } from '../../../engine/tracking/runDialect';

/** What is expected at the mark, and the part that would be replaced. */
function at(marked: string): string {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  const found = expectedAt(text, offset, runDialect);
  return found === undefined ? 'nothing' : `${found.kind} [${text.slice(found.from, found.to)}] ${found.typed}`.trim();
}

describe('what may stand in a filter', () => {
  test.each([
    ['|', 'name []'],
    ['me|', 'name [me] me'],
    ['metrics.a|uc > 1', 'name [metrics.auc] metrics.a'],
    ['params.`learning r|ate` = 1', 'name [params.`learning rate`] params.`learning r'],
    ['metrics.auc |', 'comparator []'],
    ['metrics.auc >|', 'comparator [>] >'],
    ['params.x is n|', 'comparator [is n] is n'],
    ['metrics.auc > |', 'value []'],
    ['metrics.auc >0.|', 'value [0.] 0.'],
    ["params.x = 'lo|gistic' and", "value ['logistic'] 'lo"],
    ["params.x = 'it''s |", "value ['it''s ] 'it''s"],
    ['params.x = lo|', 'value [lo] lo'],
    ["params.x = 'a' |", 'and []'],
    ["params.x = 'a' an|", 'and [an] an'],
    ['params.x IS NULL |', 'and []'],
    ["params.x = 'a' and |", 'name []'],
    ["params.x = 'and' AND tags.t LIKE '%|", "value ['%] '%"],
    ["run_id IN ('a', |", 'value []'],
    ["run_id IN ('a', 'b|')", "value ['b'] 'b"],
  ])('%s: %s', (marked, expected) => {
    expect(at(marked)).toBe(expected);
  });

  test.each([
    ["params.x = 'a'|"],
    ['nonsense.x = |'],
    ["metrics.auc LIKE '|"],
    ['run_id IN |'],
    ['metrics.a > 1 or |'],
  ])('%s: nothing', marked => {
    expect(at(marked)).toBe('nothing');
  });

  test('is read in bounds, wherever the place is', () => {
    const text = "params.`a b` = 'x''y' AND metrics.auc >= 0.5 AND run_id IN ('a', 'b')";
    for (let offset = 0; offset <= text.length; offset++) {
      const found = expectedAt(text, offset, runDialect);
      if (found === undefined) continue;
      expect(found.from).toBeLessThanOrEqual(offset);
      expect(found.to).toBeGreaterThanOrEqual(offset);
      expect(found.to).toBeLessThanOrEqual(text.length);
    }
  });
});

test.each(['auc', 'val/loss', 'a b', 'tick`s', 'ß.x', "it's"])(
  'the name %s and value are read back as written',
  key => {
    const [condition] = parseFilter(`params.${quoteName(key)} = ${quoteText(key)}`, runDialect);
    expect(condition).toMatchObject({ field: { entity: 'param', key }, value: key });
  },
);
