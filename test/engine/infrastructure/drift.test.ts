import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../support/store';
import { configOf, kit, source } from './kit';

const short = 'ci: {github: {}}';
const file = '.github/workflows/modelyard.yml';
const other = 'ci: {github: {}, timeout: 2h}';

function written(ci = short) {
  const one = kit();
  const at = path.join(one.root, file);
  const edit = (change: (text: string) => string): void => {
    const before = readFileSync(at, 'utf8');
    const after = change(before);
    expect(after).not.toBe(before);
    writeFileSync(at, after);
  };
  return { ...one, at, edit, text: () => readFileSync(at, 'utf8'), first: () => one.service(ci).write({}) };
}
const stateOf = async (service: ReturnType<ReturnType<typeof kit>['service']>) => (await service.status({})).files[0]!;

describe('how a file stands', () => {
  test('missing, then written, then as it should be', async () => {
    const { service, at, first } = written();
    expect(await stateOf(service(short))).toMatchObject({ state: 'missing', file, path: at });
    expect((await first()).files).toMatchObject([{ state: 'missing', written: true }]);
    expect(await stateOf(service(short))).toMatchObject({ state: 'current', differences: [] });
    expect((await first()).files).toMatchObject([{ state: 'current', written: false }]);
  });

  test('outdated: the configuration is another one, and says where', async () => {
    const { service, first, text } = written();
    await first();
    const { state, differences, message } = await stateOf(service(other));
    expect(state).toBe('outdated');
    const line = text().split('\n').indexOf('    timeout-minutes: 360') + 1;
    expect(differences).toEqual([{ range: { startLine: line, startColumn: 1, endLine: line, endColumn: 25 }, message: 'modelyard.yaml says: timeout-minutes: 120' }]); // prettier-ignore
    expect(message).toBe(`${file} is out of date: modelyard.yaml has changed since it was generated (it differs in one place, first at line ${line}). Generate it again.`); // prettier-ignore
    expect((await service(other).write({})).files).toMatchObject([{ written: true }]);
    expect(text()).toContain('timeout-minutes: 120');
  });

  test('edited: kept, unless it is forced', async () => {
    const { service, first, edit, text } = written();
    await first();
    edit(one => one.replace('runs-on: ubuntu-latest', 'runs-on: my-machine'));
    expect(await stateOf(service(short))).toMatchObject({ state: 'edited', message: expect.stringMatching(/was changed by hand .* \(it differs in one place, first at line \d+\)/) }); // prettier-ignore
    expect(await stateOf(service(other))).toMatchObject({ state: 'edited', message: expect.stringMatching(/and modelyard\.yaml has changed/) }); // prettier-ignore
    expect((await service(other).write({})).files).toMatchObject([{ written: false }]);
    expect(text()).toContain('my-machine');
    expect((await service(other).write({ force: true })).files).toMatchObject([{ written: true }]);
    expect(text()).not.toContain('my-machine');
    expect(await stateOf(service(other))).toMatchObject({ state: 'current' });
  });

  test('foreign: kept, unless it is forced', async () => {
    const { service, at, text } = written();
    mkdirSync(path.dirname(at), { recursive: true });
    writeFileSync(at, 'on: push\n');
    expect(await stateOf(service(short))).toMatchObject({ state: 'foreign' });
    await service(short).write({});
    expect(text()).toBe('on: push\n');
    await service(short).write({ force: true });
    expect(await stateOf(service(short))).toMatchObject({ state: 'current' });
  });

  test('ends of lines are no difference, another version of Modelyard is none either', async () => {
    const { service, first, edit } = written();
    await first();
    edit(one => one.replaceAll('\n', '\r\n'));
    expect(await stateOf(service(short))).toMatchObject({ state: 'current' });
    expect(await stateOf(service(short, { version: '9.9.9' }))).toMatchObject({ state: 'current', version: '1.2.3' });
    expect(await stateOf(service(other, { version: '9.9.9' }))).toMatchObject({ state: 'outdated', text: expect.stringContaining('modelyard@9.9.9') }); // prettier-ignore
  });
});

describe('own steps', () => {
  const own = '      - run: pip install -r requirements.txt\n';
  const within = (text: string): string => text.replace('      # <<< own: train\n', `${own}      # <<< own: train\n`);

  test('between the marks: no change by hand, and kept', async () => {
    const { service, first, edit, text } = written();
    await first();
    edit(within);
    expect(await stateOf(service(short))).toMatchObject({ state: 'current' });
    expect(await stateOf(service(other))).toMatchObject({ state: 'outdated', differences: [{ message: 'modelyard.yaml says: timeout-minutes: 120' }] }); // prettier-ignore
    await service(other).write({});
    expect(text()).toContain(`# >>> own: train\n${own}      # <<< own: train`);
    expect(text()).toContain('timeout-minutes: 120');
  });

  test('in a job that is no more: said, and not lost by itself', async () => {
    const { service, first, edit, text } = written();
    await first();
    edit(one => one.replace('      # <<< own: comment\n', `${own}      # <<< own: comment\n`));
    const silent = service('ci: {github: {}, comment: false}');
    expect(await stateOf(silent)).toMatchObject({ state: 'edited', message: expect.stringMatching(/has steps of yours in a job that there is no more \(comment\)/) }); // prettier-ignore
    await silent.write({});
    expect(text()).toContain(own);
  });

  test.each(['github', 'gitlab', 'jenkins', 'azure'] as const)(
    '%s: a place in each job, one for further jobs',
    async system => {
      // prettier-ignore
      const { files } = await kit().service(`ci: {${system}: {}}`).status({});
      const { text } = files[0]!;
      const names = [...text.matchAll(/>>> own: ([\w-]+)/g)].map(([, name]) => name).slice(0);
      const jobs = ['lint', 'data', 'train', 'gates', ...(system === 'jenkins' ? [] : ['comment']), 'package', 'deploy-staging', 'deploy-production', 'jobs']; // prettier-ignore
      expect(names.filter(name => jobs.includes(name ?? ''))).toEqual(jobs);
      expect(text).not.toContain('modelyard-own-');
    },
  );
});

describe('where it is', () => {
  test('of a folder of the repository: at its top, with the folder', async () => {
    const one = kit('ml/credit');
    await one.service(short).write({});
    const text = readFileSync(path.join(one.root, '.github/workflows/modelyard-ml-credit.yml'), 'utf8');
    expect(text).toContain('working-directory: ml/credit');
    expect(text).toContain('path: ml/credit/.modelyard');
  });
  test('another configuration file is said in each command', async () => {
    const { files } = await kit().service(short, { configFile: 'other.yaml' }).status({});
    expect(files[0]!.text).toContain('run train --config other.yaml');
  });
  test('never through a link that leads out of the repository', async () => {
    const { root, service } = kit();
    const elsewhere = temporaryFolder();
    symlinkSync(elsewhere, path.join(root, '.github'));
    await expect(service(short).write({})).rejects.toMatchObject({ code: 'conflict' });
    expect(existsSync(path.join(elsewhere, 'workflows'))).toBe(false);
  });
  test('without `ci:` it says so; a system that is asked for is generated all the same', async () => {
    const { service } = kit();
    await expect(service('').status({})).rejects.toMatchObject({ code: 'not-found', message: 'modelyard.yaml has no `ci:`.' }); // prettier-ignore
    expect((await service('').status({ systems: ['azure'] })).files).toMatchObject([{ state: 'missing', file: 'azure-pipelines.yml' }]); // prettier-ignore
  });
  test('what modelyard.yaml is told stands at the key of the system', async () => {
    const { service } = kit();
    const config = configOf(source('ci: {github: {}, gitlab: {}}'));
    expect(await service('').drift(config)).toMatchObject([{ key: 'ci.github', code: 'ci-missing', severity: 'information' }, { key: 'ci.gitlab' }]); // prettier-ignore
    await service('ci: {github: {}, gitlab: {}}').write({});
    expect(await service('').drift(config)).toEqual([]);
    expect(await service('').drift(configOf(source(other)))).toMatchObject([{ key: 'ci.github', code: 'ci-outdated', severity: 'warning' }]); // prettier-ignore
  });
});
