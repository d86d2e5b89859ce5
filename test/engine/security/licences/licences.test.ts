import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { walk } from '../../../../engine/security/audit/walk';
import { lockedPackages } from '../../../../engine/security/dependencies/lockFiles';
import { auditLicences } from '../../../../engine/security/licences/audit';
import { isMet, parseExpression } from '../../../../engine/security/licences/expression';
import { temporaryFolder } from '../../../support/store';

test.each([
  ['MIT', ['MIT'], true],
  ['MIT', ['ISC'], false],
  ['(MIT OR GPL-3.0-only)', ['MIT'], true],
  ['MIT AND GPL-3.0-only', ['MIT'], false],
  ['MIT OR GPL-2.0-only AND GPL-3.0-only', ['GPL-2.0-only'], false],
  ['(MIT OR GPL-2.0-only) AND ISC', ['MIT', 'ISC'], true],
  ['GPL-2.0-only WITH Classpath-exception-2.0', ['GPL-2.0-only WITH Classpath-exception-2.0'], true],
  ['mit and isc', ['mit', 'isc'], true],
])('%s with %j: %s', (text, good, expected) => {
  const expression = parseExpression(text);
  expect(expression && isMet(expression, id => good.includes(id))).toBe(expected);
});

test.each(['', 'MIT OR', 'MIT ISC', '(MIT', 'MIT)', 'AND', 'see the file LICENSE'])('%j is no expression', text => {
  expect(parseExpression(text)).toBeUndefined();
});

const packages: Readonly<Record<string, object>> = {
  free: { license: 'MIT' },
  either: { license: '(MIT OR GPL-3.0-only)' },
  strong: { license: 'AGPL-3.0-only' },
  old: { licenses: [{ type: 'Apache-2.0' }] },
  silent: {},
  odd: { license: 'do what you like' },
};
const python: Readonly<Record<string, string>> = {
  modern: 'License-Expression: BSD-3-Clause',
  trove: 'Classifier: License :: OSI Approved :: MIT License',
  gpl: 'Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)',
};

function installed() {
  const root = temporaryFolder();
  const write = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };
  const names = [...Object.keys(packages), 'absent'];
  write(
    'package-lock.json',
    JSON.stringify(
      { packages: Object.fromEntries(names.map(name => [`node_modules/${name}`, { version: '1.0.0' }])) },
      null,
      1,
    ),
  );
  for (const [name, own] of Object.entries(packages))
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', ...own }));
  write(
    'requirements.txt',
    Object.keys(python)
      .map(name => `${name}==1.0\n`)
      .join(''),
  );
  for (const [name, line] of Object.entries(python))
    write(
      `.venv/lib/python3.12/site-packages/${name}-1.0.dist-info/METADATA`,
      `Metadata-Version: 2.4\nName: ${name}\nVersion: 1.0\n${line}\n\nLicense: GPL\n`,
    );
  return { root, locks: lockedPackages(walk(root, root).files) };
}

test('without a policy what reaches over is to be reviewed, and what is not installed is not judged', () => {
  const { root, locks } = installed();
  const { part, findings } = auditLicences(locks, root, {});
  expect(findings.map(({ rule, subject }) => `${subject} ${rule}`).sort()).toEqual([
    'gpl@1.0 licence-strong',
    'odd@1.0.0 licence-unknown',
    'silent@1.0.0 licence-missing',
    'strong@1.0.0 licence-strong',
  ]);
  expect(findings.every(({ verdict, line }) => verdict === 'review' && line !== undefined)).toBe(true);
  expect(part).toMatchObject({
    isJudged: false,
    verdict: 'review',
    sentence: expect.stringContaining('1 package cannot be judged'),
  });
});

test('allow, deny and except', () => {
  const { root, locks } = installed();
  const rules = (policy: Parameters<typeof auditLicences>[2]): readonly string[] =>
    auditLicences(locks, root, policy)
      .findings.filter(({ verdict }) => verdict === 'block')
      .map(({ rule, subject }) => `${subject} ${rule}`)
      .sort();
  expect(rules({ allow: ['MIT', 'BSD-3-Clause'] })).toEqual([
    'gpl@1.0 licence-not-allowed',
    'old@1.0.0 licence-not-allowed',
    'strong@1.0.0 licence-not-allowed',
  ]);
  expect(rules({ deny: ['AGPL-3.0-only', 'MIT'], except: ['free'] })).toEqual([
    'strong@1.0.0 licence-denied',
    'trove@1.0 licence-denied',
  ]);
  expect(rules({ allow: ['MIT', 'BSD-3-Clause'], except: ['gpl', 'old', 'strong@1.0.0'] })).toEqual([]);
});
