import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import { Window } from 'happy-dom';
import pico from 'picocolors';
import { describe, expect, test } from 'vitest';
import { junitText } from '../../../../engine/cli/check/junit';
import { checkMarkdown } from '../../../../engine/cli/check/markdown';
import { checkSarif } from '../../../../engine/cli/check/sarif';
import { checkText } from '../../../../engine/cli/check/text';
import { jsonText } from '../../../../engine/cli/json';
import type { CheckReport } from '../../../../engine/protocol/verdicts';
import { report } from './report';

test('the text says each rule that does not pass with its sentence and its places, the worst first', () => {
  expect(checkText(report, { colors: pico.createColors(false), width: 200 })).toBe(
    [
      '✗ people (data/<people> & co.csv): 1 of 2 passed, 1 failed',
      '  ✗ name matches /x/: 9 of 10 rows fail; first at line 2: "<b>|`@ana`\u0007 #12 [x](http://evil)\n\ud800".',
      '    at modelyard.yaml:12:9, data/<people> & co.csv:2, data/<people> & co.csv:3, data/<people> & co.csv:4, data/<people> & co.csv:5, data/<people> & co.csv:6 and 4 more',
      '  ✓ auc ≥ 0.75',
      '    The waiver by ana is needless: the rule passes.',
      '? m v3 for dev: 0 of 3 passed, 1 unknown, 1 warned, 1 waived',
      '  ? ks was not measured.',
      '    at modelyard.yaml:12:9',
      '  ! cost is 2.',
      '    at modelyard.yaml:12:9',
      '  ~ auc is 0.7, below the required 0.75; waived until 2026-12-31 by ana: labels are late.',
      '    at modelyard.yaml:12:9',
      '1 failed, 1 unknown, 1 warned, 1 waived, 1 passed in 1.3 s',
      '',
    ].join('\n'),
  );
});

describe('JUnit', () => {
  const parse = (text: string) => {
    const { DOMParser } = new Window();
    return new DOMParser().parseFromString(text, 'application/xml');
  };
  /** What Ant's schema (Windy Road) and that of Jenkins both know, as `name: attributes`; all of them are required. */
  const known: Readonly<Record<string, readonly string[]>> = {
    testsuites: [],
    testsuite: ['name', 'package', 'id', 'timestamp', 'hostname', 'tests', 'failures', 'errors', 'skipped', 'time'],
    properties: [],
    property: ['name', 'value'],
    testcase: ['name', 'classname', 'time'],
    failure: ['message', 'type'],
    error: ['message', 'type'],
    skipped: ['message'],
    'system-out': [],
    'system-err': [],
  };
  const text = junitText(report);
  const document = parse(text);

  test('has elements and attributes that every reader knows, in the order of the schemas', () => {
    const all = [...document.querySelectorAll('*')];
    expect(all.length).toBeGreaterThan(15);
    for (const { localName, attributes } of all)
      expect(
        [...attributes].map(({ name }) => name),
        localName,
      ).toEqual(known[localName]);
    for (const suite of document.querySelectorAll('testsuite')) {
      const names = [...suite.children].map(({ localName }) => localName);
      expect(names.join(' ')).toMatch(/^properties( testcase)+ system-out system-err$/);
      expect(suite.getAttribute('timestamp')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
      expect(suite.getAttribute('time')).toMatch(/^\d+\.\d{3}$/);
    }
  });

  test('counts as it lists: failed is a failure, unknown an error, waived is skipped', () => {
    const suites = [...document.querySelectorAll('testsuite')].map(suite =>
      ['tests', 'failures', 'errors', 'skipped'].map(name => Number(suite.getAttribute(name))),
    );
    expect(suites).toEqual([
      [2, 1, 0, 0],
      [3, 0, 1, 1],
    ]);
    expect(document.querySelectorAll('failure')).toHaveLength(1);
    expect(document.querySelectorAll('error')).toHaveLength(1);
    expect(document.querySelector('skipped')?.getAttribute('message')).toContain('waived until 2026-12-31 by ana');
    expect(document.querySelectorAll('system-out')[1]?.textContent).toBe('cost is 2.\n');
  });

  test('holds any text: what XML cannot hold is replaced, a line break stays', () => {
    const told = document.querySelector('failure')?.textContent ?? '';
    expect(told).toContain('"<b>|`@ana`\uFFFD #12 [x](http://evil)\n\uFFFD"');
    expect(told).toContain('data/<people> & co.csv:2 (name)');
    expect(text).not.toMatch(/[\u0000-\u0008]/);
  });
});

describe('SARIF', () => {
  const { runs } = JSON.parse(checkSarif(report, '1.2.3'));
  const [{ results, tool }] = runs;

  test('has a result for each rule that does not pass, at its line and then at the rows', () => {
    expect(results.map(({ ruleId, level }: { ruleId: string; level: string }) => [ruleId, level])).toEqual([
      ['dataset/people/expect/0', 'error'],
      ['model/m/dev/auc≥0.75', 'error'],
      ['model/m/dev/cost', 'warning'],
      ['model/m/dev/ks', 'error'],
    ]);
    expect(results[0].locations).toHaveLength(8);
    expect(results[0].locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'modelyard.yaml', uriBaseId: '%SRCROOT%' },
      region: { startLine: 12, startColumn: 9, endLine: 12, endColumn: 40 },
    });
    expect(tool.driver.version).toBe('1.2.3');
  });

  test('a waiver suppresses, with who and why', () => {
    expect(results[1].suppressions).toEqual([
      { kind: 'external', status: 'accepted', justification: 'ana: labels are late' },
    ]);
    expect(results[0].suppressions).toBeUndefined();
  });
});

test('the report fits the schema that is documented', () => {
  const file = path.resolve(import.meta.dirname, '../../../../docs/check-report.schema.json');
  const ajv = new Ajv({ allErrors: true });
  const validate = ajv.compile(JSON.parse(readFileSync(file, 'utf8')));
  const parsed = JSON.parse(jsonText(report));
  expect(validate(parsed), ajv.errorsText(validate.errors)).toBe(true);
  expect(validate({ ...parsed, more: 1 })).toBe(false);
});

describe('Markdown', () => {
  const text = checkMarkdown(report);

  test('begins with a marker that is the same whatever comes out, and says what blocks', () => {
    const passed: CheckReport = { ...report, outcome: 'passed', groups: [] };
    expect(text.split('\n')[0]).toBe('<!-- modelyard-check: creditrisk -->');
    expect(checkMarkdown(passed).split('\n')[0]).toBe(text.split('\n')[0]);
    expect(text).toContain(
      '## ❌ Checks of credit risk block\n\n1 failed, 1 unknown, 1 warned, 1 waived, 1 passed in 1.3 s.',
    );
    expect(checkMarkdown(passed)).toContain('## ✅ Checks of credit risk pass');
  });

  test('a row a rule; nothing of a text is markup, a mention or a link', () => {
    const row = text.split('\n').find(line => line.startsWith('| ❌')) ?? '';
    expect(row.match(/(?<!\\)\|/g)).toHaveLength(5);
    expect(row).toContain('&lt;b&gt;\\|\\`@\u200Bana\\`');
    expect(row).toContain('\\[x\\]\\(http\u200B://evil\\)');
    expect(row).toContain('`modelyard.yaml:12:9`<br>`data/<people> & co.csv:2`');
  });

  test('fits a comment however many rules there are', () => {
    const [, group] = report.groups;
    const groups = Array.from({ length: 500 }, (_, i) => ({ ...group!, title: `m${i} v3 for dev` }));
    const long = checkMarkdown({ ...report, groups });
    expect(long.length).toBeLessThan(65_536);
    expect(long).toMatch(/… and \d+ more groups: `modelyard check` tells of them all\.\n$/);
  });
});
