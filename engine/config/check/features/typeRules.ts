import type { ColumnType } from '../../../protocol/data';
import type { Aggregate } from '../../../protocol/featureConfig';
import { types } from '../../grammar/features/terms';

export const typeNamed = (name: string | undefined): ColumnType | undefined => types.find(one => one === name);

/** What an aggregate of such values is; undefined where there is none. */
export function windowType(aggregate: Aggregate, of: ColumnType): ColumnType | undefined {
  switch (aggregate) {
    case 'count':
    case 'distinct':
      return 'integer';
    case 'sum':
    case 'mean':
    case 'std':
      return of === 'integer' || of === 'number' || of === 'boolean' ? 'number' : undefined;
    case 'min':
    case 'max':
    case 'last':
      return of;
  }
}
