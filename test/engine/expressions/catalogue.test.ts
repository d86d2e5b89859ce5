import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { functionCatalogue, functionNamed } from '../../../engine/expressions/catalogue';
import { expressionColumns } from '../../../engine/expressions/compileExpression';
import { typeNames } from '../../../engine/expressions/compile/castTo';

const page = readFileSync('docs/expressions.md', 'utf8');

describe('the catalogue of functions', () => {
  it('has each name once', () => {
    const names = functionCatalogue.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
    expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
    expect(names.filter(name => !/^[a-z][a-z0-9_]*$/.test(name))).toEqual([]);
  });

  it.each(functionCatalogue.map(entry => [entry.name, entry] as const))('%s is in the documentation', (name, entry) => {
    const { aliases = [], signature, sentence } = entry;
    expect(signature.startsWith(`${name}(`)).toBe(true);
    const also = aliases.length === 0 ? '' : ` Also ${aliases.map(alias => `\`${alias}\``).join(', ')}.`;
    expect(page).toContain(`| \`${signature}\` | ${sentence.replaceAll('|', '\\|')}${also} |`);
  });

  it('knows its functions by every name, in any case', () => {
    expect(functionNamed('DateDiff')?.name).toBe('date_diff');
    expect(functionNamed('nothing')).toBeUndefined();
  });

  it('has examples in the documentation that are expressions', () => {
    const examples = /```sql\n(.*?)```/s.exec(page)![1]!.trim().split('\n');
    expect(examples.map(text => expressionColumns(text).problem)).toEqual(examples.map(() => undefined));
  });

  it('has the names of types in the documentation', () => {
    for (const name of typeNames.keys()) expect(page).toContain(`\`${name}\``);
  });
});
