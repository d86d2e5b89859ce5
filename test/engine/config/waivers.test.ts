import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../engine/config/parse';
import { ConfigService } from '../../../engine/config/service';
import { errorsOf, marked } from './marked';

const rule = (waive: string): string => `name: x
models: {m: {gates: {dev: [{metric: auc, at_least: 0.7, waive: ${waive}}]}}}
pipelines: {p: {steps: {s: {run: echo}}}}
`;

describe('a waiver is refused at its place', () => {
  test.each([
    ['without an owner', '{until: 2026-12-31, reason: late}', 'missing-key', /`owner` is missing/],
    ['without a reason', '{until: 2026-12-31, owner: ana}', 'missing-key', /`reason` is missing/],
    ['without an end', '{owner: ana, reason: late}', 'missing-key', /`until` is missing/],
    [
      'until a day that there is not',
      '{until: «2026-02-30», owner: ana, reason: late}',
      'wrong-type',
      /must be a day such as 2026-12-31/,
    ],
    ['by nobody', '{until: 2026-12-31, owner: «""», reason: late}', 'out-of-range', /must not be empty/],
    ['with a key too many', '{until: 2026-12-31, owner: ana, reason: late, «untill»: x}', 'unknown-key', /untill/],
  ] as const)('%s', (_, waive, code, message) => {
    const { text, range } = marked(rule(waive.includes('«') ? waive : `«${waive}»`));
    const [first, ...others] = errorsOf(parseConfig(text, 'modelyard.yaml').diagnostics);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ code });
    expect(first?.message).toMatch(message);
    if (waive.includes('«')) expect(first?.range).toEqual(range);
    else expect(first?.key).toMatch(/^models\.m\.gates\.dev\.0\.waive\./);
  });
});

describe('a waiver that is right', () => {
  const diagnosed = async (until: string) => {
    const service = new ConfigService({
      root: '/',
      configFile: 'modelyard.yaml',
      columns: () => Promise.resolve([]),
      now: () => new Date(2026, 5, 15, 12).getTime(),
    });
    const { text, range } = marked(rule(`{until: «${until}», owner: ana, reason: late}`));
    const found = (await service.diagnose(text)).filter(({ code }) => code.startsWith('waiver'));
    for (const one of found) expect(one.range).toEqual(range);
    return found.map(({ severity, code, message }) => [severity, code, message]);
  };

  test.each([
    ['2026-07-15', []],
    [
      '2026-06-14',
      [
        [
          'warning',
          'waiver-ended',
          'The waiver ended with 2026-06-14: the rule counts again. Take it away, or renew it.',
        ],
      ],
    ],
    ['2026-06-15', [['information', 'waiver-ends', 'The waiver expires in 1 day.']]],
    ['2026-06-20', [['information', 'waiver-ends', 'The waiver expires in 6 days.']]],
    ['2027-06-15', []],
    [
      '2028-06-15',
      [['warning', 'waiver-long', 'The waiver holds for 732 days, more than a year: who will remember it then?']],
    ],
  ])('until %s', async (until, expected) => {
    expect(await diagnosed(until)).toEqual(expected);
  });

  test('is part of the rule', () => {
    const { config } = parseConfig(rule('{until: 2026-12-31, owner: ana, reason: late}'), 'modelyard.yaml');
    expect(config?.models['m']?.gates['dev']?.[0]?.waive).toEqual({
      until: '2026-12-31',
      owner: 'ana',
      reason: 'late',
    });
  });
});
