import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cvssScore } from '../../../../engine/security/dependencies/cvss';
import { severityOf } from '../../../../engine/security/dependencies/osv';

const { vectors }: { vectors: readonly (readonly [string, number])[] } = JSON.parse(
  readFileSync('test/fixtures/security/cvss4.json', 'utf8'),
);

test('scores are those of two other calculators', () => {
  expect(vectors.length).toBeGreaterThan(200);
  expect(new Set(vectors.map(([, score]) => score)).size).toBeGreaterThan(40);
  expect(vectors.map(([vector]) => [vector, cvssScore(vector)])).toEqual(vectors);
});

// examples of FIRST's specification and user guide
const plain = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N';
test.each([
  [plain, 9.3],
  [`${plain}/E:U`, 8.1],
  ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H', 10],
  ['CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 7.3],
  ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N', 0],
])('%s scores %d', (vector, score) => expect(cvssScore(vector)).toBe(score));

test.each([
  'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N',
  plain.replace('AV:N', 'AV:Q'),
  plain.replace('SI:N', 'SI:S'),
  plain.replace('AC:L', 'AC:X'),
  `${plain}/CR:high`,
  'high',
])('%s is no vector that has a score', vector => expect(cvssScore(vector)).toBeUndefined());

test('an advisory that has nothing else is as severe as its vector', () => {
  const severity = (score: string) => severityOf({ id: 'A', severity: [{ type: 'CVSS_V4', score }] }, {});
  expect(severity(plain)).toBe('critical');
  expect(severity('CVSS:4.0/AV:P/AC:H/AT:P/PR:H/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N')).toBe('low');
  expect(severity('CVSS:4.0/AV:N')).toBe('high');
});
