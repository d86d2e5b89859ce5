import * as v from 'valibot';
import { runId } from '../../ids';
import { versionStatuses } from '../content/model';
import { artifactPathProblem } from '../read/artifactName';
import { count, digestSchema, numbers, texts, time } from './schemas';

const number = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(1e15));

const lineage = v.strictObject({
  pipeline: v.exactOptional(v.string()),
  configDigest: v.exactOptional(digestSchema),
  gitCommit: v.exactOptional(v.string()),
  gitDirty: v.exactOptional(v.boolean()),
  datasets: v.array(v.strictObject({ name: v.string(), digest: digestSchema })),
  modelDigest: v.exactOptional(digestSchema),
  evaluationDigest: v.exactOptional(digestSchema),
  testsDigest: v.exactOptional(digestSchema),
});

const version = v.strictObject({
  version: number,
  createdAt: time,
  updatedAt: v.exactOptional(time),
  user: v.string(),
  description: v.string(),
  stage: v.string(),
  source: v.string(),
  place: v.exactOptional(
    v.strictObject({
      run: v.pipe(v.string(), v.regex(/^[a-zA-Z0-9][\w-]{0,255}$/), v.transform(runId)),
      path: v.pipe(
        v.string(),
        v.check(path => path === '' || artifactPathProblem(path) === undefined),
      ),
    }),
  ),
  run: v.exactOptional(v.string()),
  runLink: v.string(),
  status: v.picklist(versionStatuses),
  tags: texts,
  metrics: v.exactOptional(numbers),
  lineage: v.exactOptional(lineage),
});

export const modelSchema = v.strictObject({
  name: v.string(),
  description: v.string(),
  createdAt: time,
  updatedAt: v.exactOptional(time),
  tags: texts,
  aliases: numbers,
  nextVersion: count,
  versions: v.array(version),
});
