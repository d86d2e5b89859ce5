import { expect, test } from 'vitest';
import { orderBy } from '../../src/views/experimentsTree';

test.each([
  ['newest', ['auc'], 'attributes.start_time DESC'],
  ['name', ['auc'], 'attributes.run_name ASC'],
  ['metric', ['auc', 'rmse'], 'metrics.`auc` DESC'],
  ['metric', ['rmse', 'auc'], 'metrics.`rmse` ASC'],
  ['metric', ['expected_cost'], 'metrics.`expected_cost` ASC'],
  ['metric', ['rows'], 'metrics.`rows` DESC'],
  ['metric', [], 'metrics.`auc` DESC'],
])('%s of %j: the best first', (sort, metrics, expected) => expect(orderBy(sort, metrics)).toBe(expected));
