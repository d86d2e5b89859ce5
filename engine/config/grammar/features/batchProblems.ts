import type { BatchShape } from './batchShape';

interface Contradiction {
  readonly key?: keyof BatchShape;
  readonly message: string;
}

/** What keys of a view say against one another. */
export function* batchContradictions(view: BatchShape): Generator<Contradiction> {
  const count = [view.columns, view.compute, view.windows].reduce((sum, one) => sum + Object.keys(one ?? {}).length, 0);
  if (count === 0) yield { message: 'missing-key|has no feature: give it `columns`, `compute` or `windows`' };
  if (view.source === undefined) yield* withoutSource(view);
  if (view.event_time === undefined) {
    const needing = (['ttl', 'created_time', 'windows'] as const).find(key => view[key] !== undefined);
    if (needing)
      yield { key: needing, message: 'missing-key|needs times: say with `event_time` which column has them' };
    else if (view.push)
      yield {
        key: 'push',
        message: 'missing-key|needs times, so that the newest row holds: say with `event_time` which column has them',
      };
    else if (view.monitor?.max_age !== undefined)
      yield {
        key: 'monitor',
        message: 'missing-key|has `max_age`, which needs times: say with `event_time` which column has them',
      };
  } else if (view.event_time === view.created_time)
    yield { key: 'created_time', message: 'misplaced-key|is the same column as `event_time`: leave it out' };
  if (view.identity !== undefined && view.windows === undefined)
    yield { key: 'identity', message: 'misplaced-key|is for `windows`, and there are none' };
}

function* withoutSource(view: BatchShape): Generator<Contradiction> {
  if (!view.push) {
    yield { message: 'missing-key|has no rows: name a dataset with `source`, or say `push: true`' };
    return;
  }
  const untyped = Object.entries(view.columns ?? {}).find(([, { type }]) => type === undefined)?.[0];
  if (untyped !== undefined)
    yield {
      key: 'columns',
      message: `missing-key|must say of which type \`${untyped.slice(0, 40)}\` is, since there is no source: \`{${untyped.slice(0, 40)}: {type: number}}\``,
    };
}
