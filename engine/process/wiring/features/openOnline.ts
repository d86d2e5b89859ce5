import { statSync } from 'node:fs';
import path from 'node:path';
import { firstColumns } from '../../../data/firstColumns';
import { dataStamp } from '../../../dataFiles';
import type { DataService } from '../../../data/service';
import type { LoadedFeatures } from '../../../features/definition/definitions';
import type { ViewSources } from '../../../features/offline/viewSources';
import { OnlineFeatures } from '../../../features/online/onlineFeatures';
import type { FeatureService } from '../../../features/service';
import type { DatasetSource } from '../../../protocol/jobs';
import type { Database } from '../../../store/database';
import type { Emit } from '../../engine';
import { onDemandComputer } from '../../features/online/onDemandComputer';
import { computePushed } from '../../features/online/pushedRows';
import { FeaturesChild } from './featuresChild';

export interface OnlineRooms {
  readonly db: Database;
  readonly data: DataService;
  readonly workspace: string;
  readonly configFile: string;
  readonly featuresFile: string;
  readonly emit: Emit;
  readonly load: () => Promise<LoadedFeatures>;
  readonly features: FeatureService;
  readonly sources: Pick<ViewSources, 'batch'>;
}

/** The online store: sources are read by a process of their own, rows that are pushed are few and computed here. */
export function openOnline(rooms: OnlineRooms): OnlineFeatures {
  const { db, data, workspace, configFile, featuresFile, emit, load, features, sources } = rooms;
  const config = path.resolve(workspace, configFile);
  const columns = async (source: DatasetSource) => (await data.columns(source)) ?? firstColumns(source);
  return new OnlineFeatures({
    db,
    folder: pushedFolder(workspace),
    env: process.env,
    stamp: () => {
      const found = statSync(config, { throwIfNoEntry: false });
      return found === undefined ? '' : `${found.mtimeMs} ${found.size} ${found.ino}`;
    },
    config: async () => (await load()).config.online_store ?? { kind: 'local' },
    select: asked => features.selection(asked),
    versions: views => features.servable(views),
    rows: async function* ({ version, progress, ...range }, signal) {
      const child = new FeaturesChild({ featuresFile, progress });
      yield* child.materialise({ view: await sources.batch(version), ...range }, signal);
    },
    sourceStamp: async version => stampOf((await sources.batch(version)).sources),
    compute: async (version, pushed) => computePushed(await sources.batch(version), pushed, columns),
    onDemand: onDemandComputer,
    changed: ({ view }) => emit('features/changed', { views: [view] }),
  });
}

/** Of all that sources are read from, but for what was pushed: of that it is known how many rows a store has. */
async function stampOf(sources: readonly DatasetSource[]): Promise<string | undefined> {
  const stamps: string[] = [];
  for (const source of sources) {
    if (source.bytes !== undefined) continue;
    const stamp = (await dataStamp(source))?.stamp;
    if (stamp === undefined) return undefined;
    stamps.push(`${source.file ?? source.path}\t${stamp}`);
  }
  return stamps.join('\n');
}

const pushedFolder = (workspace: string): string => path.join(workspace, '.modelyard', 'features', 'pushed');

/** What is read after the source of a view. */
export function pushedSources(
  view: string,
  { workspace, online }: { readonly workspace: string; readonly online: Pick<OnlineFeatures, 'pushedFile'> },
): readonly DatasetSource[] {
  const pushed = online.pushedFile(view);
  if (!pushed) return [];
  const file = path.relative(workspace, pushed.path).split(path.sep).join('/');
  return [{ name: view, root: workspace, file, format: 'jsonl', missing: [], expect: [], ...pushed }];
}
