import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { modelyard } from '../../support/commandLine';
import { workspaces } from '../../support/workspaces';

vi.setConfig({ testTimeout: 90_000 }); // processes start slowly on a busy machine
const { make } = workspaces();

/** A folder with a table of two runs. */
function folder(): string {
  const cwd = make('name: small\n');
  const runs = ['run_id,status,start_time,metrics.loss,params.lr', `${'a'.repeat(32)},FINISHED,2024-05-01 10:00:00,0.5,0.1`, `${'b'.repeat(32)},FINISHED,2024-05-02 10:00:00,0.25,0.01`]; // prettier-ignore
  writeFileSync(path.join(cwd, 'runs.csv'), `${runs.join('\n')}\n`);
  return cwd;
}

test('a report of two runs is one file; a second one does not replace it unasked', async () => {
  const cwd = folder();
  expect(await modelyard(['import', 'runs.csv'], cwd)).toMatchObject({ code: 0 });
  const first = await modelyard(['report', 'r-1', 'r-2', '-o', 'out.html', '--title', 'Loss & rate', '--json'], cwd);
  expect(first).toMatchObject({ code: 0, stderr: '' });
  const file = path.join(cwd, 'out.html');
  const html = readFileSync(file, 'utf8');
  expect(JSON.parse(first.stdout)).toEqual({ path: file, bytes: Buffer.byteLength(html), runs: 2, charts: 0 });
  expect(html).toContain('<h1>Loss &amp; rate</h1>');
  expect(html).toMatch(/<tr class="differs"><th scope="row">lr<\/th><td>0\.1<\/td><td>0\.01<\/td>/);
  expect(await modelyard(['report', '1', '2', '-o', 'out.html'], cwd)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('exists already'),
  });
  expect(await modelyard(['report', '1', '2', '-o', 'out.html', '--force'], cwd)).toMatchObject({
    code: 0,
    stdout: '2 runs and 0 charts are in out.html.\n',
  });
});

test('what is wrong is said, with exit code 2, and nothing is written', async () => {
  const cwd = folder();
  await modelyard(['import', 'runs.csv'], cwd);
  const unknown = await modelyard(['report', 'r-1', 'r-9', '-o', 'out.html'], cwd);
  expect(unknown).toMatchObject({ code: 2, stdout: '' });
  const nowhere = await modelyard(['report', 'r-1', '-o', 'no/such/out.html'], cwd);
  expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot be written') });
  expect((await modelyard(['report', 'r-1'], cwd)).stderr).toContain("required option '--output, -o <file>'");
  expect(existsSync(path.join(cwd, 'out.html'))).toBe(false);
});

test('a run is shown as a card with all that is known of it, and cards are written to a file', async () => {
  const cwd = make('name: small\npipelines: {p: {steps: {a: {run: "node -e 1 && echo hello"}}}}\n');
  expect(await modelyard(['run'], cwd)).toMatchObject({ code: 0 });
  const shown = await modelyard(['runs', 'show', 'r-1', '--json'], cwd);
  const card = JSON.parse(shown.stdout) as Record<string, { number: number; steps: object[] }>;
  expect(card['run']?.number).toBe(1);
  const measured = process.platform === 'linux' ? { isSampled: true, memory: expect.any(Number) } : undefined;
  expect(card['pipelineRun']?.steps[0]).toMatchObject({
    status: 'succeeded',
    ...(measured && { resources: measured }),
  });
  const { stdout: text } = await modelyard(['runs', 'show', 'r-1', '--step', 'a'], cwd);
  expect(text).toContain('- **What:** `node -e 1 && echo hello`\n- **Why:** no earlier run\n');
  expect(await modelyard(['runs', 'show', 'r-1', '--step', 'b'], cwd)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('r-1 has no step b.'),
  });
  expect(await modelyard(['report', 'r-1', '-o', 'card.md'], cwd)).toMatchObject({ code: 0 });
  expect(readFileSync(path.join(cwd, 'card.md'), 'utf8')).toContain('## a: succeeded');
  expect((await modelyard(['runs', '--limit', '1'], cwd)).stdout).toMatch(/^run .*\nr-1 /);
});
