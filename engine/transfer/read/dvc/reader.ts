import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { throwIfAborted } from '../../../errors';
import { runId } from '../../../ids';
import type { RunId } from '../../../protocol/ids';
import type { PointColumns } from '../../content/points';
import { PointBuffer } from '../../content/points';
import { Confines } from '../confines';
import { problemOf, unreadable } from '../failures';
import type { ReadOptions, SourceArtifact, SourceItem, SourceReader, SourceRun } from '../source';
import { cachedText } from './cache';
import type { Commit } from './history';
import { MOST_COMMITS, readHistory } from './history';
import type { ProjectFiles } from './projectFiles';
import { projectFiles } from './projectFiles';
import type { ProjectState } from './state';
import { readState } from './state';
import type { Git, ProjectTree } from './tree';
import { CommitTree, FolderTree } from './tree';

export interface DvcOptions extends ReadOptions {
  /** Git in a folder. */
  readonly git: (folder: string) => Git;
}

/**
 * A DVC project: what the folder says now is a run and, as far as git keeps them, so are the commits that changed results, and
 * DVC's experiments as nested runs of the commit they began at.
 */
export async function openDvc(options: DvcOptions, signal: AbortSignal): Promise<SourceReader> {
  const { source, git } = options;
  if (!fs.statSync(source).isDirectory())
    throw unreadable(source, 'it is a file', { fix: 'Name the folder of the project.' });
  const confines = new Confines([source, ...options.artifacts]);
  const tree = new FolderTree(source, confines);
  const files = await projectFiles(tree, source);
  const paths = [
    'dvc.yaml',
    'dvc.lock',
    ...files.params,
    ...files.metrics,
    ...[...files.live].map(name => name || '.'),
  ];
  const commits = await readHistory(source, { git: git(source), paths }, signal);
  const project: Project = { ...options, tree, files, confines, signal, name: path.basename(source), git: git(source) };
  return { total: commits.length + 1, items: () => items(project, commits) };
}

interface Project extends Omit<DvcOptions, 'git'> {
  readonly git: Git;
  readonly name: string;
  readonly tree: FolderTree;
  readonly files: ProjectFiles;
  readonly confines: Confines;
  readonly signal: AbortSignal;
}

async function* items(project: Project, commits: readonly Commit[]): AsyncGenerator<SourceItem> {
  yield { type: 'experiment', experiment: { name: project.name, lifecycle: 'active', tags: {} } };
  const runs = new Map<string, RunId>();
  let empty = 0;
  const contents = new Set<string>();
  for (const commit of commits) {
    throwIfAborted(project.signal);
    try {
      const { state, artifacts } = await stateOf(project, commit);
      if (state.metrics.size === 0) {
        empty++;
        continue;
      }
      contents.add(contentOf(state));
      const id = hashId(['dvc', commit.id]);
      runs.set(commit.id, id);
      yield { type: 'run', run: commitRun(project, { commit, id, state, artifacts, runs }) };
    } catch (error) {
      yield { type: 'broken', problem: problemOf(error, commit.id) };
    }
  }
  yield* workspaceItems(project, contents);
  if (empty > 0)
    yield { type: 'note', text: `${empty} ${empty === 1 ? 'commit' : 'commits'} without metrics left out.` };
  if (commits.length >= MOST_COMMITS)
    yield { type: 'note', text: `Only the newest ${MOST_COMMITS} commits were read.` };
}

/** The folder as it is now, unless a commit or experiment says the same. */
async function* workspaceItems(project: Project, contents: ReadonlySet<string>): AsyncGenerator<SourceItem> {
  const { tree, files, source } = project;
  try {
    const state = await readState(tree, files, source);
    if (contents.has(contentOf(state))) return;
    if (state.metrics.size === 0 && state.params.size === 0)
      throw unreadable(source, 'it has no parameters and no metrics', {
        fix: 'Run the pipeline (`dvc repro`) first, or name the folder that has dvc.yaml.',
      });
    yield { type: 'run', run: await workspaceRun(project, state) };
  } catch (error) {
    yield { type: 'broken', problem: problemOf(error, 'workspace') };
  }
}

const contentOf = ({ params, metrics }: ProjectState): string =>
  JSON.stringify([
    [...params].sort(),
    [...metrics].sort().map(([key, points]) => [key, points.map(({ step, value }) => [String(step), String(value)])]),
  ]);

const hashId = (parts: readonly string[]): RunId =>
  runId(createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32));

async function workspaceRun(project: Project, state: ProjectState): Promise<SourceRun> {
  const { source, confines, name } = project;
  const artifacts: SourceArtifact[] = [];
  let at = 0;
  for (const file of state.files) {
    const real = confines.inside(path.join(source, file));
    const stat = real === undefined ? undefined : fs.statSync(real);
    if (real === undefined || stat?.isFile() !== true) continue;
    artifacts.push({ path: file, file: real });
    at = Math.max(at, Math.floor(stat.mtimeMs));
  }
  return Promise.resolve({
    facts: {
      // what is in the folder has no id of its own: the same content at the same time is the same run
      id: hashId(['dvc', name, String(at), contentOf(state)]),
      ...commonFacts(project, state, { name: 'workspace', at, user: '' }),
      tags: { 'mlflow.runName': 'workspace', 'dvc.project': name },
    },
    artifacts,
    problems: [],
    points: () => pointsOf(state, at),
  });
}

interface CommitWork {
  readonly commit: Commit;
  readonly id: RunId;
  readonly state: ProjectState;
  readonly artifacts: readonly SourceArtifact[];
  /** Of the commits read before. */
  readonly runs: ReadonlyMap<string, RunId>;
}

function commitRun(project: Project, { commit, id, state, artifacts, runs }: CommitWork): SourceRun {
  const { experiment, author, subject, at } = commit;
  const name = experiment?.name ?? commit.id.slice(0, 7);
  const parent = experiment && runs.get(experiment.baseline);
  return {
    facts: {
      id,
      ...commonFacts(project, state, { name, at, user: author }),
      tags: {
        'mlflow.runName': name,
        'mlflow.user': author,
        'mlflow.source.git.commit': experiment?.baseline ?? commit.id,
        'mlflow.note.content': subject,
        'dvc.project': project.name,
        'dvc.commit': commit.id,
        ...(experiment && { 'dvc.experiment': experiment.name }),
        ...(parent && { 'mlflow.parentRunId': parent }),
      },
    },
    artifacts,
    problems: [],
    points: () => pointsOf(state, at),
  };
}

function commonFacts(project: Project, state: ProjectState, run: { name: string; at: number; user: string }) {
  return {
    experiment: project.name,
    name: run.name,
    status: 'FINISHED',
    user: run.user,
    startedAt: run.at,
    endedAt: run.at,
    lifecycle: 'active',
    params: Object.fromEntries(state.params),
    inputs: [],
  } as const;
}

async function stateOf(project: Project, commit: Commit) {
  const { git, signal, source, confines, staging } = project;
  let cached: (name: string) => string | undefined = () => undefined;
  const tree: ProjectTree = new CommitTree({
    git,
    commit: commit.id,
    signal,
    cached: async name => Promise.resolve(cached(name)),
  });
  const files = await projectFiles(tree, source);
  cached = cachedText(source, confines, files.outputs);
  const state = await readState(tree, files, source);
  const artifacts: SourceArtifact[] = [];
  for (const name of state.files) {
    const text = await tree.text(name);
    // git gave it as text: what is no text is not what it was
    if (text === undefined || text.includes('\ufffd') || text.includes('\0')) continue;
    artifacts.push({ path: name, ...(await staging.putStream(once(Buffer.from(text)), signal)) });
  }
  return { state, artifacts };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

function* pointsOf({ metrics }: ProjectState, at: number): Generator<PointColumns> {
  for (const [key, points] of metrics) {
    const buffer = new PointBuffer(key);
    for (const { step, value, time } of points) {
      buffer.add(step, BigInt(time ?? at), value);
      if (buffer.isFull) yield buffer.take();
    }
    yield buffer.take();
  }
}
