import { betweenRule, betweenTest, inSetTest, strictTest, typeTest } from '../cellTests';
import type { Check, CheckOptions } from '../check';
import { ColumnCheck, IsNullCheck, NotNullCheck, type CellTest } from '../columnCheck';
import { JsonSchemaCheck } from '../jsonSchemaCheck';
import { OrderCheck } from '../orderCheck';
import { countText } from '../ranges';
import { RegexCheck, shownPatterns, type RegexOptions } from '../regexCheck';
import { shownSet } from '../sentences';
import { dateFormatTest, jsonTest, lengthTest, likePattern, looseDateTest } from '../textTests';
import { ZScoreCheck } from '../zScoreCheck';

/** The rules of an entry on each value of its column. @throws ModelyardError `config.invalid` */
export function valueChecks(options: CheckOptions, column: string): readonly Check[] {
  const { expectation: wanted } = options;
  const checks: Check[] = [];
  const cells = (rule: string, holds: CellTest) =>
    checks.push(new ColumnCheck({ ...options, column, rule: `${column} ${rule}`, holds }));
  if (wanted.type !== undefined) {
    const types = [wanted.type].flat();
    cells(`is ${types.join(' or ')}`, typeTest(types));
  }
  if (wanted.not_null === true) checks.push(new NotNullCheck({ ...options, column }));
  if (wanted.is_null === true) checks.push(new IsNullCheck({ ...options, column }));
  if (wanted.between !== undefined) {
    const rule = betweenRule(column, wanted.between);
    checks.push(new ColumnCheck({ ...options, column, rule, holds: betweenTest(wanted.between) }));
  }
  if (wanted.above !== undefined) cells(`above ${wanted.above}`, strictTest('above', wanted.above));
  if (wanted.below !== undefined) cells(`below ${wanted.below}`, strictTest('below', wanted.below));
  if (wanted.in_set !== undefined) cells(`in ${shownSet(wanted.in_set)}`, inSetTest(wanted.in_set));
  if (wanted.not_in_set !== undefined) {
    const isIn = inSetTest(wanted.not_in_set);
    cells(`not in ${shownSet(wanted.not_in_set)}`, (batch, row) => !isIn(batch, row));
  }
  if (wanted.length !== undefined) cells(`of length ${countText(wanted.length)}`, lengthTest(wanted.length));
  if (wanted.date_format !== undefined) cells(`written as ${wanted.date_format}`, dateFormatTest(wanted.date_format));
  if (wanted.parses_as === 'date') cells('is a date in some form', looseDateTest);
  if (wanted.parses_as === 'json') cells('is JSON', jsonTest);
  checks.push(...patternChecks(options, column), ...orderChecks(options, column));
  if (wanted.json_schema !== undefined)
    checks.push(new JsonSchemaCheck({ ...options, column, schema: wanted.json_schema }));
  if (wanted.z_score !== undefined) checks.push(new ZScoreCheck({ ...options, column, limit: wanted.z_score }));
  return checks;
}

function* patternChecks(options: CheckOptions, column: string): Generator<Check> {
  const { regex, not_regex: notRegex, like, not_like: notLike } = options.expectation;
  const check = (given: Pick<RegexOptions, 'patterns' | 'mode' | 'rule'>): Check =>
    new RegexCheck({ ...options, column, ...given });
  if (regex !== undefined) {
    const patterns = [regex].flat();
    yield check({ patterns, mode: 'matches', rule: `matches ${shownPatterns(patterns)}` });
  }
  if (notRegex !== undefined) {
    const patterns = [notRegex].flat();
    yield check({ patterns, mode: 'lacks', rule: `without ${shownPatterns(patterns)}` });
  }
  if (like !== undefined) {
    const given = [like].flat();
    yield check({ patterns: given.map(likePattern), mode: 'matches', rule: `like ${given.join(', ')}` });
  }
  if (notLike !== undefined) {
    const given = [notLike].flat();
    const patterns = given.map(pattern => `^(?:${likePattern(pattern)})$`);
    yield check({ patterns, mode: 'lacks', rule: `not like ${given.join(', ')}` });
  }
}

function* orderChecks(options: CheckOptions, column: string): Generator<Check> {
  for (const direction of ['increasing', 'decreasing'] as const) {
    const wanted = options.expectation[direction];
    if (wanted !== undefined && wanted !== false)
      yield new OrderCheck({ ...options, column, direction, strictly: wanted === 'strictly' });
  }
}
