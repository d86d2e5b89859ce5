import type { ExpressionFunction, FunctionEntry } from './compile/functionEntry';
import { conditionFunctions } from './functions/conditions';
import { numberFunctions } from './functions/numbers';
import { textFunctions } from './functions/texts';
import { timeFunctions } from './functions/times';

const functions: readonly ExpressionFunction[] = [
  ...conditionFunctions,
  ...numberFunctions,
  ...textFunctions,
  ...timeFunctions,
];

/** What can be called, for completion, hover and documentation. */
export const functionCatalogue: readonly FunctionEntry[] = functions.map(
  ({ name, aliases, group, signature, sentence }) => ({
    name,
    ...(aliases && { aliases }),
    group,
    signature,
    sentence,
  }),
);

const byName: ReadonlyMap<string, ExpressionFunction> = new Map(
  functions.flatMap(entry => [entry.name, ...(entry.aliases ?? [])].map(name => [name, entry] as const)),
);

/** By one of its names, in any case. */
export const functionNamed = (name: string): ExpressionFunction | undefined => byName.get(name.toLowerCase());
export const functionNames: readonly string[] = [...byName.keys()];

/** Words of the language, for completion. */
export { reservedWords as expressionWords } from './parse/parsePrimary';
