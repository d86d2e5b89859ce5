import { createHash } from 'node:crypto';
import { digest } from '../../ids';
import type { Digest } from '../../protocol/ids';
import type { OutputKind } from '../../protocol/jobs';
import type { ValidateOptions } from '../../protocol/steps';
import type { DatasetConfig, StepConfig, WorkspaceConfig } from '../../protocol/workspaceConfig';
import { withGateNeeds } from '../step/gateNeeds';
import { codeVersions } from './codeVersions';
import { takesFolds } from './flow';

/** What the result of a step depends on, by a name that people know: `with.C` → `0.1`, `data applications` → a digest. */
export type Parts = Readonly<Record<string, string>>;

export interface DatasetFact {
  readonly name: string;
  readonly config: DatasetConfig;
  /** Of the file; undefined when there is none. */
  readonly digest: string | undefined;
}

export interface StepFacts {
  readonly step: StepConfig;
  /** Of the workspace: slices that gates ask for become part of `evaluate`. */
  readonly config: WorkspaceConfig;
  /** Those that the step, or a step before it, names. */
  readonly datasets: readonly DatasetFact[];
  /** What it takes of the steps before it. */
  readonly inputs: readonly { readonly kind: OutputKind; readonly digest: string }[];
  /** What it finds on its `PATH`, by name. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What the features are that it joins, by name. */
  readonly features?: Readonly<Record<string, string>>;
  /** What it reads of the workspace folder: paths with `/` and their digests. */
  readonly files: Readonly<Record<string, string>>;
}

/** Kinds of outputs that a later step does not compute with: they tell of one run (times, places, versions). */
const untaken: ReadonlySet<OutputKind> = new Set([
  'training-set',
  'dataset',
  'model-tests',
  'gate-report',
  'model-version',
  'file',
]);

/** Whether what is in such an output changes what a later step makes. */
export const isTaken = (kind: OutputKind): boolean => !untaken.has(kind);

/** More in one part is kept as its digest. */
const longest = 400;

/** All that the result of a step depends on. `timeout` and its like change when it ends, not what it makes. */
export function partsOf(facts: StepFacts): Parts {
  const { step, config } = facts;
  const parts: Record<string, string> = { uses: `${step.uses} ${codeVersions[step.uses]}` };
  if (step.uses === 'run') {
    parts['run'] = step.run;
    flatten(parts, 'outs', step.outs);
    flatten(parts, 'executor', step.executor ?? 'local');
    parts['platform'] = `${process.platform}-${process.arch}`;
  } else flatten(parts, 'with', step.uses === 'evaluate' ? withGateNeeds(step.with, config) : step.with);
  if (step.uses === 'run') for (const [name, value] of Object.entries(step.env)) parts[`env.${name}`] = value;
  // Of a secret only where it comes from: it is kept nowhere, not even as a digest.
  if (step.uses === 'run')
    for (const [name, from] of Object.entries(step.secrets ?? {})) parts[`env.${name}`] = `{env: ${from}}`;
  for (const [name, found] of Object.entries(facts.environment ?? {})) parts[`environment ${name}`] = found;
  for (const { name, config: dataset, digest: found } of facts.datasets) {
    parts[`data ${name}`] = found ?? 'missing';
    flatten(parts, `datasets.${name}`, readingOf(dataset, step));
  }
  for (const [name, found] of Object.entries(facts.features ?? {})) parts[name] = found;
  for (const { kind, digest: found } of facts.inputs)
    if (kind !== 'cross-validation' || takesFolds(step)) parts[`input ${kind}`] = found;
  for (const [file, found] of Object.entries(facts.files)) parts[`file ${file}`] = found;
  return Object.fromEntries(
    Object.entries(parts)
      .map(([name, value]) => [name, value.length > longest ? `sha-256 ${sha256(value)}` : value] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** One digest over all parts. */
export const fingerprintOf = (parts: Parts): Digest => digest(sha256(JSON.stringify(Object.entries(parts))));

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What of a dataset's description changes how its file is read, or judged. Where the file lies does not. */
function readingOf(dataset: DatasetConfig, step: StepConfig): object {
  const { format, delimiter, table, query, missing, expect } = dataset;
  // `expect: type: string` has a column read as text.
  const texts = expect.flatMap(({ column, type }) => (column !== undefined && type === 'string' ? [column] : []));
  return {
    format,
    missing,
    ...(delimiter !== undefined && { delimiter }),
    ...(table !== undefined && { table }),
    ...(query !== undefined && { query }),
    ...(step.uses === 'validate' ? judged(dataset, step.with) : { texts }),
  };
}

/** What the step judges: the file by what is expected of it and its checks, or the parts of a split by theirs. */
function judged({ expect, checks = [], roles }: DatasetConfig, { train_test: parts }: ValidateOptions): object {
  const suite = parts === true ? 'train-test' : 'integrity';
  const own = checks.filter(check => check.suite === suite);
  // A check that moves to another line has the same verdict, but its line is kept with it.
  return { expect, ...(own.length > 0 && { checks: own, roles }) };
}

/** Each value below a key under its dotted name; a list of values is one. No two values have the same text. */
function flatten(parts: Record<string, string>, name: string, value: unknown): void {
  if (value === undefined) return;
  if (typeof value !== 'object' || value === null) parts[name] = scalarText(value);
  else if (Array.isArray(value) && value.every(item => typeof item !== 'object' || item === null))
    parts[name] = value.length === 0 ? '[]' : value.map(scalarText).join(', ');
  else for (const [key, inner] of Object.entries(value)) flatten(parts, `${name}.${key}`, inner);
}

/** Texts that could be mistaken for a number, a word of YAML or several values stand in quotes. */
const scalarText = (value: unknown): string =>
  typeof value !== 'string' || !/^[A-Za-z_][^,"[\]]*$/.test(value) || /^(true|false|null|NaN|Infinity)$/.test(value)
    ? JSON.stringify(value)
    : value;
