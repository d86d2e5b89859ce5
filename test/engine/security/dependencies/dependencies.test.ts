import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { walk } from '../../../../engine/security/audit/walk';
import { auditDependencies } from '../../../../engine/security/dependencies/audit';
import { cvssScore } from '../../../../engine/security/dependencies/cvss';
import { lockedPackages } from '../../../../engine/security/dependencies/lockFiles';
import { fixedVersion, isAffected } from '../../../../engine/security/dependencies/versions';
import { temporaryFolder } from '../../../support/store';

function folder(files: Readonly<Record<string, string>>) {
  const root = temporaryFolder();
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  return { root, locks: lockedPackages(walk(root, root).files) };
}

const short = (text: string, name: string) =>
  folder({ [name]: text }).locks.packages.map(one => `${one.ecosystem} ${one.name} ${one.version} :${one.line}`);

const lock3 = `{
  "lockfileVersion": 3,
  "packages": {
    "": {"name": "own", "version": "1.0.0"},
    "node_modules/lodash": {
      "version": "4.17.15"
    },
    "node_modules/@a/b": {"version": "1.2.3"},
    "node_modules/@a/b/node_modules/lodash": {
      "version": "4.17.21"
    },
    "node_modules/alias": {"name": "real", "version": "2.0.0"},
    "node_modules/linked": {"link": true},
    "packages/own": {"version": "1.0.0"}
  }
}`;
const lock1 = `{
  "lockfileVersion": 1,
  "dependencies": {
    "a": {
      "version": "1.0.0",
      "dependencies": {
        "b": {
          "version": "2.0.0"
        }
      }
    },
    "c": {
      "version": "npm:real@3.0.0"
    },
    "d": {
      "version": "file:../d"
    }
  }
}`;

test.each([
  [
    'package-lock.json',
    lock3,
    ['npm lodash 4.17.15 :5', 'npm @a/b 1.2.3 :8', 'npm lodash 4.17.21 :9', 'npm real 2.0.0 :12'],
  ],
  ['package-lock.json', lock1, ['npm a 1.0.0 :4', 'npm b 2.0.0 :7', 'npm real 3.0.0 :12']],
  [
    'pnpm-lock.yaml',
    "lockfileVersion: '9.0'\npackages:\n  lodash@4.17.15:\n    resolution: {integrity: x}\n  '@a/b@1.0.0':\n    resolution: {integrity: x}\n",
    ['npm lodash 4.17.15 :3', 'npm @a/b 1.0.0 :5'],
  ],
  [
    'pnpm-lock.yaml',
    'lockfileVersion: 5.4\npackages:\n  /lodash/4.17.15:\n    dev: false\n  /@a/b/1.0.0_react@17.0.0:\n    dev: true\n',
    ['npm lodash 4.17.15 :3', 'npm @a/b 1.0.0 :5'],
  ],
  [
    'pnpm-lock.yaml',
    "lockfileVersion: '6.0'\npackages:\n  /lodash@4.17.15:\n    dev: false\n  /@a/b@1.0.0(react@17.0.0):\n    dev: true\n",
    ['npm lodash 4.17.15 :3', 'npm @a/b 1.0.0 :5'],
  ],
  [
    'yarn.lock',
    '# yarn lockfile v1\n\n"@a/b@^1.0.0", "@a/b@^1.1.0":\n  version "1.1.2"\n  resolved "x"\n\nlodash@^4.17.0:\n  version "4.17.15"\n  dependencies:\n    version "^9"\n',
    ['npm @a/b 1.1.2 :3', 'npm lodash 4.17.15 :7'],
  ],
  [
    'yarn.lock',
    '__metadata:\n  version: 8\n\n"lodash@npm:^4.17.0":\n  version: 4.17.15\n  resolution: "x"\n\n"own@workspace:.":\n  version: 0.0.0-use.local\n',
    ['npm lodash 4.17.15 :4'],
  ],
  [
    'requirements-dev.txt',
    '-r other.txt\nNumPy[all] == 1.21.0 ; python_version > "3.8"  # why\nscikit_learn==1.0.1 \\\n    --hash=sha256:0\npandas>=1\nx @ https://example.org/x.whl\ntorch==2.*\n',
    ['PyPI numpy 1.21.0 :2', 'PyPI scikit-learn 1.0.1 :3'],
  ],
  [
    'poetry.lock',
    '[[package]]\nname = "Jinja2"\nversion = "2.11.2"\n\n[[package]]\nname = "own"\nversion = "1.0"\n[package.source]\ntype = "directory"\n',
    ['PyPI jinja2 2.11.2 :2', 'PyPI own 1.0 :6'],
  ],
  [
    'uv.lock',
    'version = 1\n\n[[package]]\nname = "own"\nversion = "0.1"\nsource = { editable = "." }\n\n[[package]]\nname = "jinja2"\nversion = "2.11.2"\nsource = { registry = "x" }\n',
    ['PyPI jinja2 2.11.2 :9'],
  ],
  [
    'Pipfile.lock',
    '{\n  "_meta": {},\n  "default": {\n    "jinja2": {\n      "version": "==2.11.2"\n    }\n  },\n  "develop": {\n    "pytest": {\n      "version": "==7.0"\n    },\n    "git-one": {\n      "ref": "a"\n    }\n  }\n}',
    ['PyPI jinja2 2.11.2 :4', 'PyPI pytest 7.0 :9'],
  ],
])('%s is read by line: %#', (name, text, expected) => {
  expect(short(text, name)).toEqual(expected);
});

const range = (type: string, ...events: readonly Record<string, string>[]) => ({
  ranges: [{ type, events: [...events] }],
});

test.each([
  ['npm', '1.2.3', range('SEMVER', { introduced: '0' }, { fixed: '1.2.4' }), true],
  ['npm', '1.2.4', range('SEMVER', { introduced: '0' }, { fixed: '1.2.4' }), false],
  ['npm', '1.2.4-beta.1', range('SEMVER', { introduced: '0' }, { fixed: '1.2.4' }), true],
  [
    'npm',
    '2.0.5',
    range('SEMVER', { introduced: '0' }, { fixed: '1.2.4' }, { introduced: '2.0.0' }, { fixed: '2.1.0' }),
    true,
  ],
  [
    'npm',
    '1.9.0',
    range('SEMVER', { introduced: '2.0.0' }, { fixed: '1.2.4' }, { introduced: '0' }, { fixed: '2.1.0' }),
    false,
  ],
  ['npm', '10.0.0', range('SEMVER', { introduced: '9.0.0' }, { last_affected: '10.0.0' }), true],
  ['npm', '10.0.1', range('SEMVER', { introduced: '9.0.0' }, { last_affected: '10.0.0' }), false],
  ['npm', '3.0.0', range('SEMVER', { introduced: '0' }, { limit: '2.0.0' }), false],
  ['npm', '1.0.0', range('GIT', { introduced: '0' }), false],
  ['npm', '1.0.0', { versions: ['1.0.0'] }, true],
  ['PyPI', '1.10', range('ECOSYSTEM', { introduced: '1.9' }, { fixed: '1.11' }), true],
  ['PyPI', '2.0rc1', range('ECOSYSTEM', { introduced: '0' }, { fixed: '2.0' }), true],
  ['PyPI', '2.0.post1', range('ECOSYSTEM', { introduced: '0' }, { fixed: '2.0' }), false],
  ['PyPI', '1!1.0', range('ECOSYSTEM', { introduced: '0' }, { fixed: '2.0' }), false],
  ['PyPI', '1.0.0', { versions: ['1.0'] }, true],
] as const)('%s %s in %j: %s', (ecosystem, version, affected, expected) => {
  const { ranges, versions } = { ranges: undefined, versions: undefined, ...affected };
  const own = {
    ...(ranges && { ranges: ranges.map(({ type, events }) => ({ type, events: [...events] })) }),
    ...(versions && { versions: [...versions] }),
  };
  expect(isAffected(ecosystem, version, own)).toBe(expected);
});

test('the version to go to is the first fix after the installed one', () => {
  const affected = range(
    'SEMVER',
    { introduced: '0' },
    { fixed: '1.2.4' },
    { introduced: '2.0.0' },
    { fixed: '2.10.0' },
    { fixed: '2.9.0' },
  );
  expect(fixedVersion('npm', '2.0.1', affected)).toBe('2.9.0');
  expect(fixedVersion('npm', '3.0.0', affected)).toBeUndefined();
});

test.each([
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 9.8],
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', 10],
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N', 6.1],
  ['CVSS:3.0/AV:L/AC:H/PR:H/UI:N/S:U/C:N/I:L/A:N', 1.9],
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N', 0],
  ['CVSS:4.0/AV:N', undefined],
])('%s has the base score that FIRST gives', (vector, score) => {
  expect(cvssScore(vector)).toBe(score);
});

const advisories: Readonly<Record<string, object>> = {
  'GHSA-1.json': {
    id: 'GHSA-1',
    aliases: ['CVE-2020-1'],
    summary: 'Prototype pollution',
    database_specific: { severity: 'HIGH' },
    affected: [
      { package: { ecosystem: 'npm', name: 'lodash' }, ...range('SEMVER', { introduced: '0' }, { fixed: '4.17.20' }) },
    ],
  },
  'PYSEC-1.json': {
    id: 'PYSEC-1',
    details: 'Sandbox escape\nmore',
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N' }],
    affected: [
      {
        package: { ecosystem: 'PyPI', name: 'Jinja2' },
        ...range('ECOSYSTEM', { introduced: '0' }, { fixed: '2.11.3' }),
      },
    ],
  },
  'GHSA-2.json': {
    id: 'GHSA-2',
    withdrawn: '2021-01-01T00:00:00Z',
    affected: [{ package: { ecosystem: 'npm', name: 'lodash' }, versions: ['4.17.15'] }],
  },
  'GHSA-3.json': {
    id: 'GHSA-3',
    aliases: ['CVE-2020-1'],
    affected: [{ package: { ecosystem: 'npm', name: 'lodash' }, versions: ['4.17.15'] }],
  },
};
const texts = Object.fromEntries(
  Object.entries(advisories).map(([name, one]) => [`osv/npm/${name}`, JSON.stringify(one)]),
);

test('packages are held to advisories in a folder or a zip: line, severity, fix; once by its aliases', () => {
  const { root, locks } = folder({
    'package-lock.json': lock3,
    'py/requirements.txt': 'jinja2==2.11.2\npandas\n',
    ...texts,
    'osv/broken.json': '{',
  });
  writeFileSync(
    path.join(root, 'osv.zip'),
    zipSync(Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, strToU8(text)]))),
  );
  const expected = [
    {
      rule: 'GHSA-1',
      verdict: 'block',
      severity: 'high',
      file: 'package-lock.json',
      line: 5,
      subject: 'lodash@4.17.15',
      fix: 'Update lodash to 4.17.20.',
      sentence: 'lodash 4.17.15: Prototype pollution, CVE-2020-1.',
    },
    {
      rule: 'PYSEC-1',
      verdict: 'review',
      severity: 'medium',
      file: 'py/requirements.txt',
      line: 1,
      fix: 'Update jinja2 to 2.11.3.',
    },
    { rule: 'unpinned', verdict: 'review', file: 'py/requirements.txt', line: 2 },
  ];
  for (const place of ['osv', 'osv.zip']) {
    const { part, findings } = auditDependencies(locks, path.join(root, place), {});
    expect(findings).toMatchObject(expected);
    expect(findings).toHaveLength(expected.length);
    expect(part).toMatchObject({ verdict: 'block', isJudged: true });
    expect(part.sentence).toContain('4 advisories');
  }
  const lenient = auditDependencies(locks, path.join(root, 'osv'), { block: 'critical', ignore: ['CVE-2020-1'] });
  expect(lenient).toMatchObject({ part: { verdict: 'review' } });
  expect(lenient.findings.map(({ rule }) => rule)).toEqual(['PYSEC-1', 'unpinned']);
});

test('without advisories nothing is said to be well, nor with none in them, nor of a broken lock file', () => {
  const { root, locks } = folder({ 'package-lock.json': lock3, 'empty/a.txt': '' });
  for (const place of [undefined, path.join(root, 'nowhere'), path.join(root, 'empty')])
    expect(auditDependencies(locks, place, {}).part).toMatchObject({
      verdict: 'review',
      isJudged: false,
      sentence: expect.stringContaining('cannot be judged'),
    });
  const broken = folder({ 'package-lock.json': '{', ...texts });
  expect(auditDependencies(broken.locks, path.join(broken.root, 'osv'), {})).toMatchObject({
    part: { verdict: 'review' },
    findings: [{ rule: 'unreadable-lock' }],
  });
  expect(auditDependencies(folder({}).locks, undefined, {}).part).toMatchObject({
    verdict: 'pass',
    sentence: 'There are no lock files.',
  });
});
