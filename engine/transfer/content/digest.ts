import { createHash } from 'node:crypto';
import { digest } from '../../ids';
import type { Digest } from '../../protocol/ids';
import type { ArtifactFacts, RunFacts, RunHead, SeriesFacts, Texts } from './run';

type Content = RunFacts & { readonly artifacts: readonly ArtifactFacts[]; readonly series: readonly SeriesFacts[] };

/** The digest of a run's content, whatever order its parts come in. Its experiment is its place, not its content. */
export function contentDigest(run: Content): Digest {
  const parts = [
    [run.id, run.name, run.status, run.user, run.startedAt, run.endedAt ?? null, run.lifecycle],
    pairs(run.params),
    pairs(run.tags),
    sorted(run.inputs.map(input => [input.dataset, input.digest, input.context, input.detail])),
    sorted(run.artifacts.map(({ path, digest: content }) => [path, content])),
    sorted(run.series.map(({ key, count, hash }) => [key, String(count), hash])),
  ];
  return digest(createHash('sha256').update(JSON.stringify(parts)).digest('hex'));
}

export const withDigest = (run: Content): RunHead => ({ ...run, digest: contentDigest(run) });

const pairs = (texts: Texts): readonly (readonly string[])[] => sorted(Object.entries(texts));

const sorted = (rows: readonly (readonly string[])[]): readonly (readonly string[])[] =>
  rows
    .map(row => ({ row, text: JSON.stringify(row) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ row }) => row);
