import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { runId } from '../../../ids';
import type { PointColumns } from '../../content/points';
import { PointBuffer } from '../../content/points';
import { findArtifacts } from '../artifactFolder';
import { Confines } from '../confines';
import { isWandbRun } from '../detect';
import { problemOf, unreadable } from '../failures';
import { numbersIn, parsePython, textsIn } from '../pythonJson';
import { withExperiment } from '../source';
import type { ReadOptions, SourceItem, SourceReader, SourceRun } from '../source';
import { readRecords } from './recordLog';
import type { Item, RunRecord, WandbRecord } from './records';
import { parseRecord } from './records';

/** Offline runs of W&B: a folder `wandb`, one run of it, or its file. Parts of one resumed run are put together. */
export function openWandb({ source, artifacts }: ReadOptions): SourceReader {
  const isFile = fs.statSync(source).isFile();
  const root = isFile ? path.dirname(source) : source;
  const confines = new Confines([root, ...artifacts]);
  const files = isFile ? [source] : filesOf(root, confines);
  if (files.length === 0)
    throw unreadable(source, 'it has no run: no folder in it has a file that ends with .wandb', {
      fix: 'Name the folder wandb, or a folder offline-run-… in it.',
    });
  const runs = new Map<string, string[]>();
  for (const file of files) runs.set(path.basename(file), [...(runs.get(path.basename(file)) ?? []), file]);
  return { total: runs.size, items: () => items([...runs.values()], confines) };
}

function filesOf(folder: string, confines: Confines): readonly string[] {
  const wandb = path.join(folder, 'wandb');
  const parent = fs.existsSync(wandb) && !confines.list(folder).some(({ name }) => isWandbRun(name)) ? wandb : folder;
  const own = (at: string): readonly string[] =>
    confines
      .list(at)
      .flatMap(entry => (entry.isFile() && entry.name.endsWith('.wandb') ? [path.join(at, entry.name)] : []));
  return [
    ...own(parent),
    ...confines
      .folders(parent)
      .filter(isWandbRun)
      .flatMap(name => own(path.join(parent, name))),
  ];
}

function* items(runs: readonly (readonly string[])[], confines: Confines): Generator<SourceItem> {
  const said = new Set<string>();
  for (const files of runs) {
    try {
      yield* withExperiment(readRun(files, confines), said);
    } catch (error) {
      yield { type: 'broken', problem: problemOf(error) };
    }
  }
}

/** All that is known of a run but its history. */
interface Told {
  run: RunRecord | undefined;
  readonly params: Map<string, string>;
  readonly summary: Map<string, Item>;
  readonly history: Set<string>;
  exitCode: number | undefined;
  lastTime: number | undefined;
}

function readRun(files: readonly string[], confines: Confines): SourceRun {
  const told: Told = {
    run: undefined,
    params: new Map(),
    summary: new Map(),
    history: new Set(),
    exitCode: undefined,
    lastTime: undefined,
  };
  for (const file of files) for (const record of recordsOf(file, confines)) take(record, told);
  const { run } = told;
  const [file = ''] = files;
  if (run === undefined || run.id === '') throw unreadable(file, 'it does not say which run it is');
  const startedAt = run.startedAt ?? told.lastTime ?? 0;
  const found = files.map(one =>
    findArtifacts({ uri: '', guesses: [path.join(path.dirname(one), 'files')] }, confines),
  );
  const artifacts = new Map(found.flatMap(({ artifacts: all }) => all).map(artifact => [artifact.path, artifact]));
  return {
    facts: {
      id: idOf(run),
      experiment: run.project === '' ? 'uncategorized' : run.project,
      name: run.name === '' ? run.id : run.name,
      ...endOf(told),
      user: run.entity,
      startedAt,
      lifecycle: 'active',
      params: Object.fromEntries(told.params),
      tags: tagsOf(run),
      inputs: [],
    },
    artifacts: [...artifacts.values()],
    problems: found.flatMap(({ problems }) => problems),
    points: () => points(files, { confines, startedAt, told }),
  };
}

/** The ids of W&B are short: with the project they are unique enough to be a run's id here. */
const idOf = ({ project, entity, id }: RunRecord) =>
  runId(
    createHash('sha256')
      .update(JSON.stringify(['wandb', entity, project, id]))
      .digest('hex')
      .slice(0, 32),
  );

/** A run that never said that it ended was cut off. */
function endOf({ exitCode, lastTime }: Told) {
  const status = exitCode === undefined ? 'KILLED' : exitCode === 0 ? 'FINISHED' : 'FAILED';
  return { status, ...(lastTime !== undefined && { endedAt: Math.floor(lastTime) }) } as const;
}

function tagsOf(run: RunRecord): Readonly<Record<string, string>> {
  const tags: readonly (readonly [string, string])[] = [
    ['mlflow.runName', run.name === '' ? run.id : run.name],
    ['mlflow.user', run.entity],
    ['mlflow.note.content', run.notes],
    ['mlflow.source.git.commit', run.gitCommit],
    ['mlflow.source.git.repoURL', run.gitRemote.replace(/\/\/[^/@]*@/, '//')],
    ['wandb.run_id', run.id],
    ['wandb.project', run.project],
    ['wandb.group', run.group],
    ['wandb.job_type', run.jobType],
    ['wandb.sweep_id', run.sweep],
    ['wandb.host', run.host],
    ['wandb.tags', run.tags.length === 0 ? '' : JSON.stringify(run.tags)],
  ];
  return Object.fromEntries(tags.filter(([, value]) => value !== ''));
}

function take(record: WandbRecord, told: Told): void {
  switch (record.type) {
    case 'run':
      told.run ??= record.run;
      addConfig(record.run.config, told.params);
      break;
    case 'config':
      addConfig(record.items, told.params);
      break;
    case 'summary':
      for (const item of record.items) told.summary.set(item.key, item);
      break;
    case 'history':
      told.lastTime = timeOf(record.items) ?? told.lastTime;
      for (const item of record.items)
        for (const [key] of numbersIn(item.key, parsePython(item.json))) told.history.add(key);
      break;
    case 'stats':
      told.lastTime = record.time ?? told.lastTime;
      break;
    case 'exit':
      told.exitCode = record.code;
      break;
  }
}

function addConfig(config: readonly Item[], params: Map<string, string>): void {
  for (const { key, json } of config)
    if (!isInternal(key)) for (const [name, text] of textsIn(key, parsePython(json))) params.set(name, text);
}

const isInternal = (key: string): boolean => key.startsWith('_');

/** ms since 1970 */
function timeOf(items: readonly Item[]): number | undefined {
  const seconds = items.find(({ key }) => key === '_timestamp');
  const value = seconds && parsePython(seconds.json);
  return typeof value === 'number' ? value * 1000 : undefined;
}

function* recordsOf(file: string, confines: Confines): Generator<WandbRecord> {
  const fd = confines.open(file);
  try {
    for (const bytes of readRecords(file, fd)) {
      const record = parse(file, bytes);
      if (record !== undefined) yield record;
    }
  } finally {
    fs.closeSync(fd);
  }
}

function parse(file: string, bytes: Uint8Array): WandbRecord | undefined {
  try {
    return parseRecord(bytes);
  } catch (error) {
    if (error instanceof RangeError)
      throw unreadable(file, `a record is damaged (${error.message.replace(/\.$/, '')})`);
    throw error;
  }
}

/** The history, the system metrics by their place in time, and what only the summary has. */
function* points(
  files: readonly string[],
  { confines, startedAt, told }: { confines: Confines; startedAt: number; told: Told },
): Generator<PointColumns> {
  const buffers = new Map<string, PointBuffer>();
  const add = function* (key: string, at: { step: bigint; time: number }, value: number): Generator<PointColumns> {
    const buffer = buffers.get(key) ?? new PointBuffer(key);
    buffers.set(key, buffer);
    buffer.add(at.step, BigInt(Math.floor(at.time)), value);
    if (buffer.isFull) yield buffer.take();
  };
  let lastStep = -1n;
  let samples = 0n;
  for (const file of files)
    for (const record of recordsOf(file, confines)) {
      if (record.type === 'history') {
        const step = record.step ?? lastStep + 1n;
        lastStep = step;
        const time = timeOf(record.items) ?? startedAt;
        for (const item of record.items)
          if (!isInternal(item.key))
            for (const [key, value] of numbersIn(item.key, parsePython(item.json)))
              yield* add(key, { step, time }, value);
      } else if (record.type === 'stats') {
        for (const item of record.items)
          for (const [key, value] of numbersIn(item.key, parsePython(item.json)))
            yield* add(`system/${key.replaceAll('/', '_')}`, { step: samples, time: record.time ?? startedAt }, value);
        samples++;
      }
    }
  for (const item of told.summary.values())
    if (!isInternal(item.key))
      for (const [key, value] of numbersIn(item.key, parsePython(item.json)))
        if (!told.history.has(key))
          yield* add(key, { step: lastStep < 0n ? 0n : lastStep, time: told.lastTime ?? startedAt }, value);
  for (const buffer of buffers.values()) yield buffer.take();
}
