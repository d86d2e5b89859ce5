import type { ColumnType } from '../../protocol/data';
import { nearest } from '../../nearest';
import { ExpressionFlaw, type Span } from '../flaw';
import { partsOf, type ExpressionNode } from '../node';
import { every, numbersOf, type Values } from '../vectors';
import { arithmetic, negative } from './arithmetic';
import { castTo, toText } from './castTo';
import { coerce, unify, withArticle } from './coerce';
import { comparison, conjunction, distinct, isNull, isTruth, negation } from './compare';
import { compileCall } from './compileCall';
import { over, shared, type Compiled } from './compiled';
import { choose, constantNumber, mapScalars, type Scalar } from './kernels';
import { like } from './like';
import { membership } from './membership';

type Node<Kind extends ExpressionNode['kind']> = Extract<ExpressionNode, { readonly kind: Kind }>;

/** Compiles an expression over columns whose types are known. */
export class NodeCompiler {
  readonly #columns: ReadonlyMap<string, ColumnType>;
  /** What stands in two places, as the value of a `between` does, is computed once. */
  readonly #shared: ReadonlySet<ExpressionNode>;
  readonly #known = new Map<ExpressionNode, Compiled>();

  constructor(root: ExpressionNode, columns: ReadonlyMap<string, ColumnType>) {
    this.#columns = columns;
    this.#shared = twice(root);
  }

  /** @throws ExpressionFlaw */
  compile(node: ExpressionNode): Compiled {
    const known = this.#known.get(node);
    if (known) return known;
    const compiled = this.#compile(node);
    if (!this.#shared.has(node)) return compiled;
    const kept = shared(compiled);
    this.#known.set(node, kept);
    return kept;
  }

  #compile(node: ExpressionNode): Compiled {
    const { span } = node;
    switch (node.kind) {
      case 'literal':
        return literal(node.value, { span, isDecimal: node.isDecimal === true });
      case 'interval':
        return interval(node);
      case 'column':
        return this.#column(node);
      case 'unary': {
        const operand = this.compile(node.operand);
        return node.operator === '-' ? negative(operand, span) : negation(condition(operand), span);
      }
      case 'binary':
        return this.#binary(node);
      case 'is': {
        const operand = this.compile(node.operand);
        return node.what === 'null' ? isNull(operand, span) : isTruth(condition(operand), node.what === 'true', span);
      }
      case 'in':
        return membership(
          this.compile(node.operand),
          node.list.map(member => this.compile(member)),
          span,
        );
      case 'like':
        return this.#like(node);
      case 'case':
        return this.#case(node);
      case 'cast':
        return castTo(this.compile(node.operand), { name: node.to, nameSpan: node.toSpan, span });
      case 'call':
        return compileCall({ ...node, args: node.args.map(arg => this.compile(arg)) });
    }
  }

  #column({ name, isQuoted, span }: Node<'column'>): Compiled {
    const type = this.#columns.get(name);
    if (type === undefined) throw unknownColumn(name, { isQuoted, span, names: [...this.#columns.keys()] });
    return { type, span, isConstant: false, run: batch => ({ ...batch.column(name), mask: every }) };
  }

  #binary({ operator, left: leftNode, right: rightNode, span }: Node<'binary'>): Compiled {
    const operands = [this.compile(leftNode), this.compile(rightNode)] as const;
    switch (operator) {
      case '+':
      case '-':
      case '*':
      case '/':
      case '//':
      case '%':
      case '^':
        return arithmetic(operator, operands, span);
      case 'and':
      case 'or':
        return conjunction(operator, [condition(operands[0]), condition(operands[1])], span);
      case '||':
        return joined(operands, span);
      case 'is distinct from':
        return distinct(operands, span);
      case 'is not distinct from':
        return negation(distinct(operands, span), span);
      default:
        return comparison(operator, operands, span);
    }
  }

  #like({ operand, pattern, escape, anyCase, span }: Node<'like'>): Compiled {
    const [text, of] = [this.compile(operand), this.compile(pattern)].map(part => {
      const found = coerce(part, 'string');
      if (!found)
        throw new ExpressionFlaw(`\`like\` compares texts, not ${withArticle(part.type)}`, part.span, {
          fix: 'Make a text of it with `cast(… as string)`.',
        });
      return found;
    });
    const character = escape && this.compile(escape);
    if (character && character.literal === undefined)
      throw new ExpressionFlaw('a character in quotes is expected', character.span);
    return like(text!, of!, { escape: character?.literal, anyCase, span });
  }

  #case({ whens, otherwise, span }: Node<'case'>): Compiled {
    const tests = whens.map(({ when }) => condition(this.compile(when)));
    const last: Compiled = otherwise ? this.compile(otherwise) : literal(null, { span, isDecimal: false });
    const branches = [...whens.map(({ then }) => this.compile(then)), last];
    const { type, parts } = unify(
      branches,
      (first, second) => `\`case\` cannot give ${first} here and ${second} there`,
    );
    return over([...tests, ...parts], { type, span }, batch =>
      choose(
        tests.map(test => numbersOf(test.run(batch))),
        parts.map(part => part.run(batch)),
        batch.rows,
      ),
    );
  }
}

/** Nodes that are reached in more than one way. */
function twice(root: ExpressionNode): ReadonlySet<ExpressionNode> {
  const [seen, again] = [new Set<ExpressionNode>(), new Set<ExpressionNode>()];
  const visit = (node: ExpressionNode): void => {
    if (seen.has(node)) {
      if (node.kind !== 'column' && node.kind !== 'literal') again.add(node);
      return;
    }
    seen.add(node);
    for (const part of partsOf(node)) visit(part);
  };
  visit(root);
  return again;
}

function literal(
  value: string | number | boolean | null,
  { span, isDecimal }: { span: Span; isDecimal: boolean },
): Compiled {
  if (typeof value === 'string') {
    const values: Values = { kind: 'text', codes: Int32Array.of(0), mask: 0, categories: [value] };
    return { type: 'string', span, isConstant: true, literal: value, run: () => values };
  }
  const values = constantNumber(value === null ? Number.NaN : Number(value));
  const type = value === null ? 'null' : typeof value === 'boolean' ? 'boolean' : isDecimal ? 'number' : 'integer';
  return { type, span, isConstant: true, run: () => values };
}

function interval({ months, ms, span }: Node<'interval'>): Compiled {
  if (months !== 0 && ms !== 0)
    throw new ExpressionFlaw('an interval has either months and years, or weeks, days and shorter ones', span, {
      fix: "Add two: `+ interval '1 month' + interval '3 days'`.",
    });
  const values = constantNumber(months === 0 ? ms : months);
  return { type: months === 0 ? 'interval' : 'months', span, isConstant: true, run: () => values };
}

/** @throws ExpressionFlaw for what is neither true nor false */
function condition(part: Compiled): Compiled {
  const found = coerce(part, 'boolean');
  if (found) return found;
  throw new ExpressionFlaw(`a condition is expected, not ${withArticle(part.type)}`, part.span, {
    fix: part.type === 'string' ? "Compare it, as in `x = 'yes'`." : 'Compare it, as in `x <> 0`.',
  });
}

function joined(operands: readonly Compiled[], span: Span): Compiled {
  const parts = operands.map(part => toText(part));
  const of = ([left, right]: readonly Scalar[]): Scalar => `${left}${right}`;
  return over(parts, { type: 'string', span }, batch =>
    mapScalars(
      parts.map(part => part.run(batch)),
      { rows: batch.rows, texts: true, textArgs: [true, true], nulls: false, of },
    ),
  );
}

interface Unknown {
  readonly isQuoted: boolean;
  readonly span: Span;
  readonly names: readonly string[];
}

function unknownColumn(name: string, { isQuoted, span, names }: Unknown): ExpressionFlaw {
  const meant = nearest(name, names);
  const few = names.length <= 20 ? `There are ${names.map(one => `\`${one}\``).join(', ')}.` : undefined;
  const quotes = isQuoted ? `Double quotes name a column; write the text as '${name}'.` : undefined;
  const fix = meant === undefined ? (quotes ?? (names.length > 0 ? few : undefined)) : `Did you mean \`${meant}\`?`;
  return new ExpressionFlaw(`there is no column \`${name}\``, span, {
    ...(fix !== undefined && { fix }),
    ...(meant !== undefined && { nearest: meant }),
  });
}
