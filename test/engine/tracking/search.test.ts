import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { experimentId } from '../../../engine/ids';
import type { RunSearch } from '../../../engine/protocol/tracking';
import { parseFilter } from '../../../engine/search/filterParser';
import { runDialect } from '../../../engine/tracking/runDialect';
import { TrackingService } from '../../../engine/tracking/service';
import { openStore } from '../../../engine/store/store';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { wasmDir } from '../../support/store';

interface Sample {
  readonly params?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly metrics?: Readonly<Record<string, number>>;
  readonly user?: string;
  readonly dataset?: string;
}

/** Runs by name; started 1, 2, 3 … ms after 1970. */
const SAMPLES: Readonly<Record<string, Sample>> = {
  a: { params: { lr: '0.1', its: "it's" }, tags: { t: 'Alpha' }, metrics: { m: 1, 'val/loss': 3 }, dataset: 'train' },
  b: { params: { lr: '0.2' }, tags: { t: 'alpha' }, metrics: { m: 2, 'a b': 1 }, user: 'ada' },
  c: { params: { lr: '0.1' }, tags: { t: 'a*p?a[x]', empty: '' }, metrics: { m: Number.NaN } },
  d: { tags: { t: '50%_done' }, metrics: { m: -1e-3 }, dataset: 'test' },
  e: { metrics: { m: Infinity } },
  f: { tags: { 'mlflow.parentRunId': 'feed' } },
};

let tracking: TrackingService;

beforeAll(async () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'modelyard-test-'));
  const store = await openStore({ root, wasmDir });
  tracking = new TrackingService({ store, events: { runsChanged: () => undefined, points: () => undefined } });
  let startedAt = 0;
  for (const [name, sample] of Object.entries(SAMPLES)) {
    const { id } = tracking.createRun({
      experimentId: experimentId('0'),
      name,
      user: sample.user ?? '',
      startedAt: ++startedAt,
      tags: sample.tags ?? {},
    });
    const metrics = Object.entries(sample.metrics ?? {}).map(([key, value]) => ({ key, value }));
    await tracking.logBatch(id, { metrics, params: sample.params ?? {} });
    if (sample.dataset) tracking.logInputs(id, [{ dataset: sample.dataset, digest: 'd1', context: 'training' }]);
    if (name < 'c') tracking.updateRun(id, { status: 'FINISHED', endedAt: 100 + startedAt });
  }
  return () => {
    store.close();
    rmSync(root, { recursive: true, force: true });
  };
});

/** Names in the order found, as one text. */
const names = (search: RunSearch): string =>
  tracking
    .search(search)
    .runs.map(({ name }) => name)
    .join('');
/** Names that a filter finds, oldest first. */
const found = (filter: string): string => names({ filter, orderBy: ['start_time'] });

describe('filters', () => {
  test.each([
    ['', 'abcdef'],
    ['   ', 'abcdef'],
    ['metrics.m > 0', 'abe'],
    ['metrics.m >= 1 AND metrics.m<2', 'a'],
    ['metric.m = 2', 'b'],
    ['metrics.m != 1', 'bcde'],
    ['metrics.m < 0', 'd'],
    ['metrics.m > -1.5e-3', 'abde'],
    ['metrics.m > +.5', 'abe'],
    ['metrics.`val/loss` = 3', 'a'],
    ['metrics."val/loss" = 3.', 'a'],
    ['metrics.val/loss = 3', 'a'],
    ['metrics.`a b` = 1', 'b'],
    ['metrics.none > 0', ''],
    ['metrics.none != 0', ''],
    ["params.lr = '0.1'", 'ac'],
    ['params.lr = "0.1"', 'ac'],
    ["parameter.lr != '0.1'", 'b'],
    ["params.lr LIKE '0.%' and tags.t like 'alp%'", 'b'],
    ["params.its = 'it''s'", 'a'],
    ['params.its = "it\'s"', 'a'],
    ["tags.t = 'it''s'", ''],
    ["tags.t ILIKE 'ALPHA'", 'ab'],
    ["tags.t LIKE 'a*p?a[x]'", 'c'],
    ["tags.t LIKE 'a_p_a[%'", 'c'],
    ["tags.t LIKE '%'", 'abcd'],
    ["tags.t != 'alpha'", 'acd'],
    ["tags.empty = ''", 'c'],
    ['tags.t IS NULL', 'ef'],
    ['tags.t is  not\nnull', 'abcd'],
    ['params.lr IS NULL AND tags.t IS NULL', 'ef'],
    ["tags.mlflow.parentRunId = 'feed'", 'f'],
    ["`tags`.`mlflow.parentRunId` = 'feed'", 'f'],
    ["status = 'FINISHED'", 'ab'],
    ["attributes.status != 'FINISHED'", 'cdef'],
    ["status = 'finished'", ''],
    ["run.run_name LIKE 'a'", 'a'],
    ['`run name` = "b"', 'b'],
    ['attribute."Run Name" = "b"', 'b'],
    ["user_id = 'ada'", 'b'],
    ['start_time > 2 AND created <= 4', 'cd'],
    ['end_time > 0', 'ab'],
    ['end_time != 101', 'b'],
    ["artifact_uri LIKE 'mlflow-artifacts:/0/%/artifacts'", 'abcdef'],
    ["dataset.name = 'train'", 'a'],
    ["datasets.name IN ('train', 'test')", 'ad'],
    ["dataset.name NOT IN ('train')", 'd'],
    ["datasets.context = 'training' AND dataset.digest LIKE 'd_'", 'ad'],
    ["status = 'FINISHED' AND", 'ab'],
    ["run_id IN ('none', 'other')", ''],
    ["run_id NOT IN ('none')", 'abcdef'],
    ["run_id = ''' OR 1=1 --'", ''],
  ])('%s', (filter, wanted) => expect(found(filter)).toBe(wanted));

  test.each([
    ['metrics.m > 1 OR metrics.m < 0', "'OR'. Conditions can only be joined by AND, without parentheses. (column 15"],
    ['(metrics.m > 1)', "'('. Expected a name"],
    ['NOT metrics.m > 1', "'NOT'. Invalid attribute key 'NOT'"],
    ['metrics.m>-5and metrics.m < 3', "'-5and'. A blank must follow the number. (column 11"],
    ["status = 'a'; DROP TABLE run", "';'. Conditions can only be joined by AND"],
    ["status IN ('FINISHED')", "Invalid comparator 'IN' for attribute 'status'; possible are =, !=, LIKE, ILIKE."],
    ['run_id IN ()', "')'. Expected a quoted text: a list is written ('a', 'b')."],
    ["run_id IN ('a' 'b')", "''b''. Expected a comma or a closing parenthesis."],
    ["run_id IN ('a',", 'it ends too early. Expected a quoted text'],
    ["run_id = ('a')", 'Only IN and NOT IN take a list, not =.'],
    ["run_id IN 'a'", "IN needs a list such as ('a', 'b')."],
    ["metrics.m > '1'", "Expected numeric value type for metric 'm', without quotes."],
    ["metrics.m LIKE '1'", "Invalid comparator 'LIKE' for metric 'm'"],
    ['metrics.m > NaN', "'NaN'. Expected a number"],
    ['metrics.m == 1', "Invalid comparator '=='"],
    ['metrics.m IS NULL', "Invalid comparator 'IS NULL' for metric 'm'"],
    ['params.lr = 0.1', "Expected a quoted string value for param 'lr' (e.g. 'my-value')."],
    ["params.lr > '0.1'", "Invalid comparator '>' for param 'lr'"],
    ["start_time > '5'", "Expected numeric value type for attribute 'start_time'"],
    ["foo.bar = 'x'", "Invalid entity type 'foo'. Valid values are metrics, params, tags, attributes and datasets."],
    ["colour = 'x'", "Invalid attribute key 'colour' specified. Valid keys are run_id, run_name,"],
    ["dataset.size = 'x'", "Invalid dataset key 'size' specified. Valid keys are name, digest, context."],
    ["tags.t = 'open", "The ' that opens here is never closed. (column 10"],
    ['tags. = 1', "Expected a name after 'tags.'. (column 6"],
    ['metrics.m >', 'it ends too early. Expected a number'],
  ])('%s is refused', (filter, message) => expect(() => found(filter)).toThrow(message));

  test('what is too long is refused', () => {
    expect(() => found(`tags.t LIKE '${'%'.repeat(2_000)}'`)).toThrow('A pattern may have 1000 characters.');
    expect(() => found(`tags.t = '${'x'.repeat(100_000)}'`)).toThrow('has 100011 characters; 100000 are allowed.');
    const clauses = (count: number): string => Array.from({ length: count }, () => 'start_time > 0').join(' AND ');
    expect(found(clauses(500))).not.toBe('');
    expect(() => found(clauses(501))).toThrow('At most 500 conditions are possible. (column 9497');
  });

  test('a refusal has its column as a value', () => {
    try {
      found("status = 'x' AND tags");
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'params.invalid', data: { column: 18 } });
    }
  });

  test('any text is either understood or refused with a column, and never reaches SQL as it is', () => {
    const word = fc.constantFrom(
      ...['metrics', 'tags', '.', 'm', "'x'", '"y"', '`', ' ', 'AND', '=', '>', '!=', 'LIKE', 'IN', '(', ')', ',', '-1.5', 'IS', 'NULL', ';', '\\', '%', 'é', '\0'], // prettier-ignore
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(word, { maxLength: 12 }).map(list => list.join('')),
          fc.string(),
        ),
        text => {
          try {
            parseFilter(text, runDialect);
          } catch (error) {
            expect(error).toMatchObject({ code: 'params.invalid', data: { column: expect.any(Number) } });
            return;
          }
          found(text);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('order', () => {
  test.each([
    [[], 'fedcba'],
    [['start_time'], 'abcdef'],
    [['attributes.start_time DESC'], 'fedcba'],
    [['metrics.m'], 'dabecf'],
    [['metrics.m ASC'], 'dabecf'],
    [['metrics.m desc'], 'ebadcf'],
    [['params.lr', 'metrics.m DESC'], 'acbedf'],
    [['params.lr DESC'], 'bcafed'],
    [['tags.t'], 'dacbfe'],
    [['tags.`t` DESC'], 'bcadfe'],
    [['end_time'], 'abfedc'],
    [['end_time DESC', 'start_time ASC'], 'bacdef'],
    [['user_id DESC', '`run name`'], 'bacdef'],
    [['metrics.`none`'], 'fedcba'],
  ])('%j', (orderBy, wanted) => expect(names({ orderBy })).toBe(wanted));

  test.each([
    [['metrics.m', 'metric.`m` DESC'], '`order_by` contains duplicate fields: metric.m'],
    [['created', 'start_time'], '`order_by` contains duplicate fields'],
    [['metrics.m DOWN'], "'DOWN'. Only ASC or DESC may follow the name."],
    [[''], 'Expected a name such as metrics.auc.'],
    [['dataset.name'], 'The result cannot be ordered by this.'],
    [['size'], "Invalid attribute key 'size'"],
  ])('%j is refused', (orderBy, message) => expect(() => names({ orderBy })).toThrow(message));

  test('of more fields than can be joined is refused', () => {
    const fields = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `metrics.m${at}`);
    expect(names({ orderBy: fields(50) })).toBe('fedcba');
    expect(() => names({ orderBy: fields(51) })).toThrow('An order may have 50 fields, not 51.');
  });
});

describe('pages', () => {
  const orders = [[], ['metrics.m'], ['metrics.m DESC'], ['params.lr', 'tags.t DESC'], ['end_time'], ['run_id']];
  test.each(orders.flatMap(orderBy => [1, 2, 4].map(limit => ({ orderBy, limit }))))('%j', ({ orderBy, limit }) => {
    let text = '';
    let pageToken: string | undefined;
    let pages = 0;
    do {
      const page = tracking.search({ orderBy, limit, ...(pageToken !== undefined && { pageToken }) });
      text += page.runs.map(({ name }) => name).join('');
      pageToken = page.nextPageToken;
      pages++;
    } while (pageToken !== undefined && pages < 10);
    expect(text).toBe(names({ orderBy }));
    expect(pages).toBe(Math.ceil(6 / limit));
  });

  test('a token belongs to its question', () => {
    const { nextPageToken: pageToken = '' } = tracking.search({ limit: 1 });
    expect(() => tracking.search({ limit: 1, pageToken, filter: 'metrics.m > 0' })).toThrow(
      'Invalid page token: it belongs to another search',
    );
    for (const rubbish of ['x', '', Buffer.from('{"q":"","k":[]}').toString('base64url'), pageToken.slice(3)])
      expect(() => tracking.search({ limit: 1, pageToken: rubbish })).toThrow('Invalid page token');
  });

  test.each([0, -1, 50_001, 1.5, Number.NaN])('a limit of %d is refused', limit =>
    expect(() => tracking.search({ limit })).toThrow('must be between 1 and 50000'),
  );
});

test('only the experiments asked for are searched', () => {
  expect(names({ experimentIds: [] })).toBe('');
  expect(names({ experimentIds: [experimentId('77')] })).toBe('');
  expect(names({ experimentIds: [experimentId('0')], filter: 'metrics.m = 1' })).toBe('a');
});
