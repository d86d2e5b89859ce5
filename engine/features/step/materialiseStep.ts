import { plural } from '../../plural';
import type { FeatureStepRunner } from '../../protocol/jobs';
import type { OnlineFeatures } from '../online/onlineFeatures';

/** The step `uses: materialise`: brings what is new in feature views into the online store, by a schedule for instance. */
export const createMaterialiseStep =
  (online: Pick<OnlineFeatures, 'materialise'>): FeatureStepRunner<'materialise'> =>
  async ({ views, full }, context) => {
    const done = await online.materialise(
      {
        ...(views && { views }),
        full,
        progress: fraction => context.progress('Materialising', fraction),
      },
      context.signal,
    );
    for (const { view, version, from, to, rows, written } of done)
      context.log(
        `${view}@v${version}: ${plural(rows, 'row')} from ${time(from)} to ${time(to)}, ${number(written)} written`,
      );
    const rows = done.reduce((sum, one) => sum + one.rows, 0);
    const written = done.reduce((sum, one) => sum + one.written, 0);
    return {
      outputs: [],
      params: { feature_views: done.map(({ view, version }) => `${view}@v${version}`).join(', ') },
      metrics: { materialised_rows: rows, written_rows: written },
      tags: {},
      inputs: [],
      summary: `${plural(done.length, 'feature view')}, ${plural(rows, 'row')}, ${number(written)} written`,
    };
  };

const time = (ms: number | undefined): string => (ms === undefined ? 'the beginning' : new Date(ms).toISOString());
const number = (value: number): string => value.toLocaleString('en-US');
