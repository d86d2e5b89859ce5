import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { contextKeys } from '../../src/manifest/contextKeys';
import { commandIds, fullCommandId } from '../../src/manifest/commandIds';
import { viewIds } from '../../src/manifest/viewIds';

const read = (file: string): string => readFileSync(file, 'utf8');
const manifest = JSON.parse(read('package.json'));
const nls: Record<string, string> = JSON.parse(read('package.nls.json'));
const { contributes } = manifest;

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.ts'))
  .map(file => ({ file, text: read(path.join('src', file)) }));
const allSource = sources.map(({ text }) => text).join('\n');
/** Every string of the manifest. */
const strings = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : value !== null && typeof value === 'object'
      ? Object.values(value).flatMap(strings)
      : [];

test('commands: package.json and the code name the same', () => {
  const declared = contributes.commands.map((command: { command: string }) => command.command);
  expect([...declared].sort()).toEqual(commandIds.map(fullCommandId).sort());
  for (const { command, title, category } of contributes.commands)
    expect({ command, title, category }).toEqual({
      command,
      title: `%command.${command.slice(10)}%`,
      category: 'Modelyard',
    });
});

test('every command has a handler in some group', () => {
  for (const id of commandIds) expect(allSource, id).toMatch(new RegExp(`\\n    ${id}: `));
});

test('menus and welcomes name commands and views that exist', () => {
  const known = new Set<string>(commandIds.map(fullCommandId));
  for (const entries of Object.values<{ command: string; when: string }[]>(contributes.menus))
    for (const { command, when } of entries) {
      expect(known).toContain(command);
      for (const [, view] of when.matchAll(/view == (\S+)/g)) expect(viewIds).toContain(view);
    }
  for (const text of Object.values(nls))
    for (const [, command] of text.matchAll(/command:(modelyard\.\w+)/g)) expect(known).toContain(command);
});

test('views: the same in package.json and code; each has an icon and a welcome', () => {
  const views = contributes.views.modelyard;
  expect(views.map((view: { id: string }) => view.id)).toEqual([...viewIds]);
  for (const view of views) {
    expect(view.icon).toMatch(/^\$\(/);
    expect(contributes.viewsWelcome.some((welcome: { view: string }) => welcome.view === view.id)).toBe(true);
  }
});

test('settings: the same in package.json and code, with description, scope and order', () => {
  const text = read('src/manifest/settings.ts');
  const [, body = ''] = /settingDefaults = \{([\s\S]*?)\} as const/.exec(text) ?? [];
  const inCode = [...body.matchAll(/^ {2}'?([\w.]+)'?:/gm)].map(match => `modelyard.${match[1]}`);
  const { properties } = contributes.configuration;
  expect(Object.keys(properties).sort()).toEqual(inCode.sort());
  for (const [id, property] of Object.entries<Record<string, unknown>>(properties)) {
    expect(property, id).toMatchObject({
      markdownDescription: `%setting.${id.slice(10)}%`,
      scope: expect.any(String),
      order: expect.any(Number),
    });
    expect(property, id).toHaveProperty('default');
  }
});

test('context keys of when clauses are set by the code', () => {
  const used = new Set(
    [
      ...JSON.stringify(contributes).matchAll(/modelyard\.(hasConfig|configBroken|running|hasRuns|\w+)(?=[\s&")]|$)/g),
    ].map(match => match[0]),
  );
  for (const key of used) {
    if (
      viewIds.some(view => view === key) ||
      commandIds.some(id => fullCommandId(id) === key) ||
      key in contributes.configuration.properties ||
      contributes.colors.some(({ id }: { id: string }) => id === key) ||
      /\.(yaml|svg|schema)$/.test(key)
    )
      continue;
    expect(contextKeys, key).toContain(key);
    expect(allSource.replace(/\s+/g, ''), `${key} is never set`).toContain(`setContext('${key}',`);
  }
});

test('every %key% has a text, and every text is used', () => {
  const used = strings(manifest).flatMap(text => [...text.matchAll(/^%([\w.]+)%$/g)].map(match => match[1]!));
  expect([...new Set(used)].sort()).toEqual(Object.keys(nls).sort());
});

test('five steps of the walkthrough, each with its picture', () => {
  const [walkthrough] = contributes.walkthroughs;
  expect(walkthrough.steps).toHaveLength(5);
  for (const step of walkthrough.steps) {
    expect(existsSync(step.media.svg), step.media.svg).toBe(true);
    expect(step.completionEvents.length).toBeGreaterThan(0);
  }
});

test('restricted mode: what names a file or starts something is declared', () => {
  expect(manifest.capabilities.untrustedWorkspaces).toMatchObject({
    supported: 'limited',
    restrictedConfigurations: ['modelyard.configFile'],
  });
  for (const id of [
    'runPipeline',
    'runPipelineFresh',
    'runStep',
    'runFromStep',
    'resumePipeline',
    'planPipeline',
    'validateData',
    'promoteModel',
    'checkGates',
    'copyDatabase',
  ]) {
    const command = contributes.commands.find((entry: { command: string }) => entry.command === `modelyard.${id}`);
    expect(command.enablement, id).toContain('isWorkspaceTrusted');
  }
});

test('only src/manifest calls the string APIs', () => {
  for (const { file, text } of sources) {
    if (file.startsWith('manifest')) continue;
    expect(text, file).not.toMatch(/commands\.registerCommand|getConfiguration\(|'setContext'/);
  }
});
