import * as v from 'valibot';
import type { FeatureAlert, FeatureStatistics } from '../../protocol/featureMonitoring';
import type { FeatureViewVersion } from '../../protocol/features';
import { statisticsEntries } from '../../schemas/featureStatistics';
import type { Database, Row } from '../../store/database';
import { integer, optionalText, real, text } from '../../store/row';

type Version = Pick<FeatureViewVersion, 'view' | 'version'>;

const ofVersion = '(SELECT id FROM feature_view_version WHERE view = ? AND version = ?)';

/** Statistics of features as last computed, and what stands of their alerts. */
export class MonitorStore {
  constructor(private readonly db: Database) {}

  together<T>(work: () => T): T {
    return this.db.transaction(work);
  }

  /** In place of those of the same feature, subject and window. */
  putStatistics(found: readonly FeatureStatistics[]): void {
    this.together(() => {
      const put = this.db.prepare(
        `INSERT INTO feature_statistics (view_version_id, feature, subject, window_days, computed_at, report)
         VALUES (${ofVersion}, ?, ?, ?, ?, ?)
         ON CONFLICT (view_version_id, feature, subject, window_days)
         DO UPDATE SET computed_at = excluded.computed_at, report = excluded.report`,
      );
      for (const one of found)
        put.run([
          ...[one.view, one.version, one.feature, one.of, one.window ?? 0, one.computedAt],
          JSON.stringify(one),
        ]);
    });
  }

  /** In the order of features, all rows first, then windows. */
  statistics({ view, version }: Version): readonly FeatureStatistics[] {
    return this.db
      .prepare(`SELECT report FROM feature_statistics WHERE view_version_id = ${ofVersion} ORDER BY id`)
      .all([view, version])
      .map(row => v.parse(stored, row['report']));
  }

  /** Those that stand, the oldest first. */
  alerts({ view, version }: Version): readonly FeatureAlert[] {
    return this.db
      .prepare(`SELECT * FROM feature_alert WHERE view_version_id = ${ofVersion} AND ended_at IS NULL ORDER BY id`)
      .all([view, version])
      .map(row => alertOf(row, { view, version }));
  }

  /** Raises what is new, ends what no longer is so; what stood stands since then. */
  settle(version: Version, found: readonly Omit<FeatureAlert, 'since' | 'view' | 'version'>[], now: number): void {
    const { view, version: number } = version;
    this.together(() => {
      const standing = new Map(this.alerts(version).map(alert => [nameOf(alert), alert]));
      const names = new Set(found.map(nameOf));
      const end = this.db.prepare(
        `UPDATE feature_alert SET ended_at = ? WHERE view_version_id = ${ofVersion} AND ended_at IS NULL
         AND kind = ? AND feature IS ?`,
      );
      for (const [name, { kind, feature = null }] of standing)
        if (!names.has(name)) end.run([now, view, number, kind, feature]);
      const raise = this.db.prepare(
        `INSERT INTO feature_alert (view_version_id, feature, kind, message, value, bound, since)
         VALUES (${ofVersion}, ?, ?, ?, ?, ?, ?)`,
      );
      const refresh = this.db.prepare(
        `UPDATE feature_alert SET message = ?, value = ?, bound = ? WHERE view_version_id = ${ofVersion}
         AND ended_at IS NULL AND kind = ? AND feature IS ?`,
      );
      for (const one of found) {
        const { feature = null, kind, message, value, bound } = one;
        if (standing.has(nameOf(one))) refresh.run([message, value, bound, view, number, kind, feature]);
        else raise.run([view, number, feature, kind, message, value, bound, now]);
      }
    });
  }
}

const nameOf = ({ kind, feature = '' }: Pick<FeatureAlert, 'kind' | 'feature'>): string => `${kind} ${feature}`;

const stored: v.GenericSchema<unknown, FeatureStatistics> = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    ...statisticsEntries,
    view: v.string(),
    version: v.number(),
    of: v.picklist(['source', 'served', 'training', 'baseline']),
    computedAt: v.number(),
  }),
);
const kinds = v.picklist(['age', 'nulls', 'drift', 'skew']);

function alertOf(row: Row, version: Version): FeatureAlert {
  const feature = optionalText(row, 'feature');
  return {
    ...version,
    ...(feature !== undefined && { feature }),
    kind: v.parse(kinds, row['kind']),
    message: text(row, 'message'),
    value: real(row, 'value'),
    bound: real(row, 'bound'),
    since: integer(row, 'since'),
  };
}
