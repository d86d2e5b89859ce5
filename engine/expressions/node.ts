import type { Span } from './flaw';

export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '//'
  | '%'
  | '^'
  | '||'
  | '='
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | 'and'
  | 'or'
  | 'is distinct from'
  | 'is not distinct from';

/** A parsed expression. */
export type ExpressionNode = { readonly span: Span } & (
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null; readonly isDecimal?: boolean }
  | { readonly kind: 'interval'; readonly months: number; readonly ms: number }
  | { readonly kind: 'column'; readonly name: string; readonly isQuoted: boolean }
  | { readonly kind: 'unary'; readonly operator: '-' | 'not'; readonly operand: ExpressionNode }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: ExpressionNode;
      readonly right: ExpressionNode;
    }
  | { readonly kind: 'is'; readonly what: 'null' | 'true' | 'false'; readonly operand: ExpressionNode }
  | { readonly kind: 'in'; readonly operand: ExpressionNode; readonly list: readonly ExpressionNode[] }
  | {
      readonly kind: 'like';
      readonly operand: ExpressionNode;
      readonly pattern: ExpressionNode;
      readonly escape?: ExpressionNode;
      readonly anyCase: boolean;
    }
  | {
      readonly kind: 'case';
      readonly whens: readonly { readonly when: ExpressionNode; readonly then: ExpressionNode }[];
      readonly otherwise?: ExpressionNode;
    }
  | { readonly kind: 'cast'; readonly operand: ExpressionNode; readonly to: string; readonly toSpan: Span }
  | { readonly kind: 'call'; readonly name: string; readonly nameSpan: Span; readonly args: readonly ExpressionNode[] }
);

/** The nodes right within one. */
export function partsOf(node: ExpressionNode): readonly ExpressionNode[] {
  switch (node.kind) {
    case 'literal':
    case 'interval':
    case 'column':
      return [];
    case 'unary':
    case 'is':
    case 'cast':
      return [node.operand];
    case 'binary':
      return [node.left, node.right];
    case 'in':
      return [node.operand, ...node.list];
    case 'like':
      return [node.operand, node.pattern, ...(node.escape ? [node.escape] : [])];
    case 'case':
      return [...node.whens.flatMap(({ when, then }) => [when, then]), ...(node.otherwise ? [node.otherwise] : [])];
    case 'call':
      return node.args;
  }
}
