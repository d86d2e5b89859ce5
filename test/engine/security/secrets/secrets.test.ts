import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { walk } from '../../../../engine/security/audit/walk';
import { secretsInFiles } from '../../../../engine/security/secrets/scanFiles';
import { secretsOf } from '../../../../engine/security/secrets/scanText';
import { temporaryFolder } from '../../../support/store';
import { harmless, planted } from './planted';

const secrets = planted();

test.each(secrets.map((one, i) => ({ ...one, name: `${one.rule} ${i}` })))(
  '$name',
  ({ rule, secret, before, after }) => {
    const text = `# settings\n\n  ${before}${secret}${after}\nother = 1\n`;
    const found = secretsOf(text, 'settings.py');
    expect(found).toMatchObject([
      { rule, line: 3, column: 3 + before.length, endColumn: 3 + before.length + secret.length, verdict: 'block' },
    ]);
    expect(JSON.stringify(found)).not.toContain(secret);
    expect(JSON.stringify(found)).not.toContain(secret.slice(4, 12));
  },
);

test.each(harmless)('no secret: %s', line => {
  expect(secretsOf(`${line}\n`, 'a.py')).toEqual([]);
});

test('a private key over lines and in JSON, but no public one', () => {
  const lines = secrets.slice(0, 8).map(({ secret }) => secret.replaceAll(/[^A-Za-z0-9]/g, ''));
  const body = `${lines.join('').slice(0, 64)}\n${lines.join('').slice(64, 128)}`;
  const key = (kind: string): string => `-----BEGIN ${kind} KEY-----\n${body}\n-----END ${kind} KEY-----\n`;
  expect(secretsOf(`x\n${key('RSA PRIV' + 'ATE')}`, 'id_rsa')).toMatchObject([
    { rule: 'private-key', line: 2, column: 1 },
  ]);
  expect(secretsOf(JSON.stringify({ private_key: key('PRIV' + 'ATE') }), 'sa.json')).toMatchObject([
    { rule: 'private-key', line: 1 },
  ]);
  expect(secretsOf(key('PUBLIC'), 'id.pub')).toEqual([]);
});

test('in notebooks, where quotes are escaped, on the very line', () => {
  const [token] = secrets.filter(({ rule }) => rule === 'generic-secret');
  const notebook = JSON.stringify(
    { cells: [{ cell_type: 'code', source: ['import os\n', `client_secret = "${token?.secret}"\n`] }] },
    null,
    1,
  );
  const line = notebook.split('\n').findIndex(one => one.includes('client_secret')) + 1;
  expect(secretsOf(notebook, 'a.ipynb')).toMatchObject([{ rule: 'generic-secret', line }]);
});

test('what a comment or a fingerprint allows does not count; a fingerprint stays when lines move', () => {
  const [one] = secrets;
  const line = `${one?.before}${one?.secret}${one?.after}`;
  expect(secretsOf(`${line}  # modelyard:allow\n`, 'a.py')).toEqual([]);
  const [found] = secretsOf(`${line}\n`, 'a.py');
  const [moved] = secretsOf(`\n\n\n${line}\n`, 'a.py');
  expect(moved).toMatchObject({ line: 4, fingerprint: found?.fingerprint });
  const texts = [{ file: 'a.py', text: line }];
  expect(secretsInFiles([], texts, { allow: [] }).findings).toHaveLength(1);
  expect(secretsInFiles([], texts, { allow: [String(found?.fingerprint)] }).findings).toEqual([]);
});

test('a repository: all that is planted, in files that git has, in UTF-16 too, not in what is no text', () => {
  const root = temporaryFolder();
  const write = (file: string, content: string | Buffer): void => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), content);
  };
  const lines = secrets.map(({ before, secret, after }) => `${before}${secret}${after}`);
  write('config/settings.py', lines.join('\n'));
  write('.gitignore', 'ignored/\n*.local\n!kept.local\n');
  write('ignored/a.py', lines.join('\n'));
  write('a.local', lines.join('\n'));
  write('kept.local', lines[0] ?? '');
  write('sub/.gitignore', '/out\n');
  write('sub/out/b.py', lines.join('\n'));
  write('node_modules/p/index.js', lines.join('\n'));
  write('wide.ps1', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(lines[0] ?? '', 'utf16le')]));
  write('data.bin', Buffer.concat([Buffer.from([0, 1, 2]), Buffer.from(lines.join('\n'))]));
  write('skipped/c.py', lines.join('\n'));
  const { files } = walk(root, root, { exclude: ['skipped/'] });
  const { findings, cut } = secretsInFiles(files, [], { allow: [] });
  const byFile = new Map<string, number>();
  for (const { file } of findings) byFile.set(file, (byFile.get(file) ?? 0) + 1);
  expect(Object.fromEntries(byFile)).toEqual({ 'config/settings.py': secrets.length, 'kept.local': 1, 'wide.ps1': 1 });
  expect(findings.filter(({ file }) => file === 'config/settings.py').map(({ line }) => line)).toEqual(
    lines.map((_, i) => i + 1),
  );
  expect(cut).toEqual([]);
});

test('a long text is looked through in bounded time, and its end is not claimed to be', () => {
  const root = temporaryFolder();
  const filler = `${'secret_token_key_'.repeat(200)}\n`.repeat(2600);
  writeFileSync(path.join(root, 'long.txt'), filler);
  const startedAt = performance.now();
  const { findings, cut } = secretsInFiles(walk(root, root).files, [], { allow: [] });
  expect(cut).toEqual(['long.txt']);
  expect(findings).toEqual([]);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});
