import { beforeEach, describe, expect, test, vi } from 'vitest';
import { parseFilter } from '../../../engine/search/filterParser';
import { runDialect } from '../../../engine/tracking/runDialect';
import type { FilterCompletion, FilterCondition } from '../../../engine/protocol/runTable';
import { FilterBar } from '../../../webview/experiments/filterBar';
import { FilterBuilder } from '../../../webview/experiments/filterBuilder';
import { conditionOf, filterFields, writtenValue } from '../../../webview/experiments/filterFields';
import { fieldText, filterText } from '../../../webview/experiments/filterText';

const one = { key: 'learning rate', runs: 1, constant: false };
const keys = { runs: 1, metrics: [one], params: [one], tags: [one] };
const fields = filterFields(keys);

describe('conditions', () => {
  test('offer the comparisons that the engine knows', () => {
    for (const { entity, key, comparators } of fields) {
      const [first] = parseFilter(
        `${fieldText({ entity, key })} ${entity === 'metric' || key.endsWith('time') ? '= 1' : "= 'x'"}`,
        runDialect,
      );
      expect(first?.field.comparators, `${entity}.${key}`).toEqual(comparators);
    }
  });

  test.each<FilterCondition>([
    { entity: 'metric', key: 'auc', comparator: '>=', value: 0.5 },
    { entity: 'param', key: 'learning `rate`', comparator: '=', value: "it's" },
    { entity: 'tag', key: 'ä', comparator: 'IS NOT NULL' },
    { entity: 'dataset', key: 'name', comparator: 'NOT IN', value: ['a', "b'c"] },
  ])('%o is written as the engine reads it', condition => {
    const [read] = parseFilter(filterText([condition]), runDialect);
    expect(read).toMatchObject({
      field: { entity: condition.entity, key: condition.key },
      comparator: condition.comparator,
      value: condition.value,
    });
  });

  test('take what is written as number, time, list or text', () => {
    const field = (entity: string, key: string) => fields.find(other => other.entity === entity && other.key === key)!;
    expect(conditionOf(field('metric', one.key), '>', '1e-3')).toMatchObject({ value: 0.001 });
    expect(conditionOf(field('metric', one.key), '>', 'much')).toBeUndefined();
    expect(conditionOf(field('metric', one.key), '>', '')).toBeUndefined();
    expect(conditionOf(field('param', one.key), '=', '')).toMatchObject({ value: '' });
    expect(conditionOf(field('param', one.key), 'IS NULL', 'x')).not.toHaveProperty('value');
    expect(conditionOf(field('dataset', 'name'), 'IN', 'a, b')).toMatchObject({ value: ['a', 'b'] });
    const started = field('attribute', 'start_time');
    const condition = conditionOf(started, '>=', '2026-11-28T05:30')!;
    expect(writtenValue(started, condition.value)).toBe('2026-11-28T05:30');
  });
});

describe('the field', () => {
  const onSearch = vi.fn();
  const complete = vi.fn<(filter: string, offset: number) => Promise<FilterCompletion>>();
  let bar: FilterBar;
  let input: HTMLInputElement;
  const press = (key: string, more: KeyboardEventInit = {}) =>
    input.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
  const options = () => [...bar.element.querySelectorAll('[role="option"]')].map(option => option.textContent);

  async function type(text: string): Promise<void> {
    input.focus();
    input.value = text;
    input.setSelectionRange(text.length, text.length);
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await vi.advanceTimersByTimeAsync(200);
  }

  beforeEach(() => {
    vi.useFakeTimers();
    onSearch.mockClear();
    complete.mockReset().mockResolvedValue({
      from: 0,
      to: 2,
      items: [{ kind: 'name', label: 'metrics.auc', insert: 'metrics.auc ', runs: 3 }],
    });
    document.body.replaceChildren();
    bar = new FilterBar({ value: '', onSearch, complete });
    document.body.append(bar.element);
    input = bar.element.querySelector('input')!;
    return () => vi.useRealTimers();
  });

  test('proposes while somebody writes, and writes what is chosen with Tab', async () => {
    await type('au');
    expect(complete).toHaveBeenCalledWith('au', 2);
    expect(options()).toEqual(['metrics.auc3 runs']);
    expect(input.getAttribute('aria-expanded')).toBe('true');
    press('Tab');
    expect(input.value).toBe('metrics.auc ');
    await vi.advanceTimersByTimeAsync(600);
    expect(onSearch).toHaveBeenCalledWith('metrics.auc ');
  });

  test('Enter searches unless arrows have led to a proposal; Escape closes the list', async () => {
    await type('au');
    press('Enter');
    await vi.advanceTimersByTimeAsync(1);
    expect(onSearch).toHaveBeenCalledWith('au');
    expect(options()).toEqual([]);
    await type('au');
    press('ArrowDown');
    expect(input.getAttribute('aria-activedescendant')).toBe('suggestion-0');
    press('Enter');
    expect(input.value).toBe('metrics.auc ');
    press('Escape');
    expect(options()).toEqual([]);
  });

  test('an answer that comes too late is not shown', async () => {
    let answer: (found: FilterCompletion) => void = () => undefined;
    complete.mockReturnValue(new Promise(resolve => (answer = resolve)));
    await type('a');
    input.value = 'ab';
    answer({ from: 0, to: 1, items: [{ kind: 'name', label: 'late', insert: 'late' }] });
    await vi.advanceTimersByTimeAsync(1);
    expect(options()).toEqual([]);
  });
});

describe('the rows', () => {
  test('are those of the filter, and write it anew', async () => {
    const onChange = vi.fn();
    const builder = new FilterBuilder({
      conditions: () => Promise.resolve([{ entity: 'metric', key: 'learning rate', comparator: '>', value: 0.5 }]),
      values: () => Promise.resolve([]),
      onChange,
    });
    document.body.replaceChildren(builder.element);
    builder.open(true);
    await builder.show('metrics.`learning rate` > 0.5', keys);
    const value = builder.element.querySelector<HTMLInputElement>('.condition-value')!;
    expect(value.value).toBe('0.5');
    value.value = '0.75';
    value.dispatchEvent(new Event('change'));
    expect(onChange).toHaveBeenLastCalledWith('metrics.`learning rate` > 0.75');
    builder.add('param', 'learning rate');
    const values = [...builder.element.querySelectorAll<HTMLInputElement>('.condition-value')];
    values.at(-1)!.value = 'x';
    values.at(-1)!.dispatchEvent(new Event('change'));
    expect(onChange).toHaveBeenLastCalledWith("metrics.`learning rate` > 0.75 AND params.`learning rate` = 'x'");
    builder.element.querySelector<HTMLButtonElement>('.chip-remove')!.click();
    expect(onChange).toHaveBeenLastCalledWith("params.`learning rate` = 'x'");
  });

  test('say that a wrong filter is mended in its field', async () => {
    const builder = new FilterBuilder({
      conditions: () => Promise.reject(new Error('wrong')),
      values: () => Promise.resolve([]),
      onChange: vi.fn(),
    });
    builder.open(true);
    await builder.show('metrics.auc >', keys);
    expect(builder.element.textContent).toContain('mend it in its field');
  });
});
