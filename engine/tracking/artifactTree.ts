import type { Database } from '../store/database';
import { text } from '../store/row';

/** The folders that hold files, by the way to them: `EXPERIMENT/RUN`, `EXPERIMENT/models/MODEL`, `EXPERIMENT/traces/TRACE`. */
const OWNERS = {
  runs: 'run o JOIN artifact a ON a.run_id = o.id',
  models: 'logged_model o JOIN logged_model_artifact a ON a.owner_id = o.id',
  traces: 'trace o JOIN trace_artifact a ON a.owner_id = o.id',
} as const;

/** Names of the folders directly below a place above the files of runs, logged models and traces ('': the top). */
export function foldersBelow(db: Database, place: string): readonly string[] {
  const [experiment = '', kind, owner, ...rest] = place === '' ? [] : place.split('/');
  if (rest.length > 0 || (experiment !== '' && !/^\d{1,15}$/.test(experiment))) return [];
  const names = (sql: string, params: readonly (string | number)[] = []): readonly string[] =>
    db.prepare(sql).all(params).map(row => text(row, 'name')); // prettier-ignore
  if (experiment === '') {
    const each = Object.values(OWNERS).map(from => `SELECT CAST(o.experiment_id AS TEXT) AS name FROM ${from}`);
    return names(`${each.join(' UNION ')} ORDER BY name`);
  }
  const within = (of: keyof typeof OWNERS): readonly string[] =>
    names(`SELECT DISTINCT o.uuid AS name FROM ${OWNERS[of]} WHERE o.experiment_id = ?`, [Number(experiment)]);
  const artifacts = (of: keyof typeof OWNERS, uuid: string): readonly string[] =>
    names(`SELECT 'artifacts' AS name FROM ${OWNERS[of]} WHERE o.experiment_id = ? AND o.uuid = ? LIMIT 1`, [
      Number(experiment),
      uuid,
    ]);
  if (kind === undefined)
    return [...within('runs'), ...(['models', 'traces'] as const).filter(of => within(of).length > 0)];
  if (kind !== 'models' && kind !== 'traces') return owner === undefined ? artifacts('runs', kind) : [];
  return owner === undefined ? within(kind) : artifacts(kind, owner);
}
