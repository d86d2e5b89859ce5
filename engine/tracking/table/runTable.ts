import type { RunId } from '../../protocol/ids';
import type {
  FilterCompletion,
  FilterCondition,
  GroupQuery,
  RunGroups,
  RunIds,
  RunKeys,
  RunQuery,
  ValueCount,
  ValueQuery,
} from '../../protocol/runTable';
import type { RunSummary } from '../../protocol/tracking';
import { parseFilter } from '../../search/filterParser';
import type { Database } from '../../store/database';
import { toSummary } from '../records';
import { runDialect } from '../runDialect';
import { orderedRunIds } from '../runSearch';
import type { RunStore } from '../runStore';
import { completeFilter } from './completeFilter';
import type { FilterPlace } from './completeFilter';
import { runGroups } from './runGroups';
import { runKeys } from './runKeys';
import { runValues } from './runValues';

/** What a table of many runs asks: their order first, then only the rows that are looked at. Errors: `params.invalid`. */
export class RunTable {
  constructor(
    private readonly db: Database,
    private readonly store: RunStore,
  ) {}

  ids(query: RunQuery, orderBy: readonly string[] = []): RunIds {
    return orderedRunIds(this.db, query, orderBy);
  }
  /** In the order of the ids, the deleted ones too; those that do not exist are left out. */
  list(ids: readonly RunId[]): readonly RunSummary[] {
    return this.store.records(this.store.numbers(ids)).map(toSummary);
  }
  keys(query: RunQuery): RunKeys {
    return runKeys(this.db, query);
  }
  groups(query: GroupQuery): RunGroups {
    return runGroups(this.db, query);
  }
  values(query: ValueQuery): readonly ValueCount[] {
    return runValues(this.db, query);
  }
  complete(place: FilterPlace): FilterCompletion {
    return completeFilter(this.db, place);
  }
  conditions(filter: string): readonly FilterCondition[] {
    return parseFilter(filter, runDialect).map(({ field, comparator, value }) => ({
      entity: field.entity,
      key: field.key,
      comparator,
      ...(value !== undefined && { value }),
    }));
  }
}
