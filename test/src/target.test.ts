import { describe, expect, test } from 'vitest';
import * as vscode from 'vscode';
import { targetOf } from '../../src/commands/target';
import type { Engines } from '../../src/engineClient/engines';
import { WorkspaceEngine } from '../../src/engineClient/workspaceEngine';
import { aModel, aRun } from './samples';

const engineOf = (folder: string): WorkspaceEngine =>
  new WorkspaceEngine({
    ...{ folder: vscode.Uri.file(folder), configFile: 'modelyard.yaml', engineFile: '/none', version: '0.0.0' },
    log: undefined as never,
  });
const engine = engineOf('/w');
const engines = { all: () => [engineOf('/v'), engine] } as unknown as Engines;
const model = aModel(['staging']);

describe('what a command is called on', () => {
  test('a link of a lens or page, with the engine of its folder', () => {
    const link = { folder: 'file:///w', pipeline: 'train', step: 'split' };
    expect(targetOf(engines, link)).toEqual({ engine, pipeline: 'train', step: 'split' });
    expect(targetOf(engines, { folder: 'file:///closed', runId: 'r' }), 'its folder is closed').toEqual({ runId: 'r' });
  });
  test('nodes of the trees', () => {
    expect(targetOf(engines, { kind: 'folder', engine })).toEqual({ engine });
    expect(targetOf(engines, { kind: 'pipeline', engine, pipeline: { name: 'train' } })).toEqual({
      ...{ engine, pipeline: 'train' },
    });
    expect(targetOf(engines, { kind: 'step', engine, pipeline: 'train', step: { name: 'split' } })).toEqual({
      ...{ engine, pipeline: 'train', step: 'split' },
    });
    expect(targetOf(engines, { kind: 'trigger', engine, trigger: { pipeline: 'train', kind: 'files' } })).toEqual({
      ...{ engine, pipeline: 'train', trigger: 'files' },
    });
    const view = { name: 'loans' };
    expect(targetOf(engines, { kind: 'featureView', engine, view })).toEqual({ engine, view: 'loans' });
    expect(targetOf(engines, { kind: 'featureAlert', engine, view, alert: {} })).toEqual({ engine, view: 'loans' });
    expect(targetOf(engines, { kind: 'feature', engine, view, feature: { name: 'grade' } })).toEqual({
      ...{ engine, view: 'loans', feature: 'grade' },
    });
    expect(targetOf(engines, { kind: 'featureVersion', engine, view, version: { version: 3 } })).toEqual({
      ...{ engine, view: 'loans', version: 3 },
    });
    expect(targetOf(engines, { kind: 'featureService', engine, service: { name: 'risk' } })).toEqual({
      ...{ engine, service: 'risk' },
    });
    expect(targetOf(engines, { kind: 'featureEntity', engine, entity: { entity: 'a' } })).toEqual({
      engine,
      entity: 'a',
    });
    expect(targetOf(engines, { kind: 'featureServices', engine, services: [] })).toEqual({ engine });
    const run = { id: aRun().runId };
    expect(targetOf(engines, { kind: 'run', engine, run, nested: [] })).toEqual({ engine, runId: run.id });
    const version = model.versions[0];
    expect(targetOf(engines, { kind: 'version', engine, model, version })).toEqual({
      ...{ engine, model: 'credit-risk', version: 1, runId: version?.runId },
    });
    expect(targetOf(engines, { kind: 'archive', engine, model, versions: [] })).toEqual({
      engine,
      model: 'credit-risk',
    });
  });
  test.each([
    [undefined],
    [null],
    ['train'],
    [42],
    [{}],
    [{ folder: 7 }],
    [{ folder: 'file:///w', version: 'two' }],
    [{ kind: 'run', engine, run: {} }],
    [{ kind: 'run', engine: {}, run: { id: 'r' } }],
    [[{ kind: 'folder', engine }]],
  ])('%j means nothing', argument => expect(targetOf(engines, argument)).toEqual({}));
});
