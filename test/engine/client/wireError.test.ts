import { expect, test } from 'vitest';
import { ResponseError } from 'vscode-jsonrpc/node';
import { fromResponse, toResponse } from '../../../engine/client/wireError';
import { parseWireError } from '../../../engine/schemas/wireError';
import { ModelyardError } from '../../../engine/errors';

test('an error arrives as it was thrown', () => {
  const thrown = new ModelyardError('data.column', 'There is no column agee.', {
    place: { file: 'modelyard.yaml', line: 3, column: 5, key: 'datasets.a' },
    fix: 'Did you mean age?',
    data: { count: 1, on: true, none: null },
  });
  const received = fromResponse(toResponse(thrown.toWire()));
  expect(received).toBeInstanceOf(ModelyardError);
  expect(received.toWire()).toEqual(thrown.toWire());
});

test('what is no error of ours is called internal, with its message', () => {
  const received = fromResponse(new ResponseError(-32601, 'Unhandled method x'));
  expect(received.code).toBe('internal');
  expect(received.message).toContain('Unhandled method x');
});

test.each([[{ code: 'made-up', message: 'm' }], [{ code: 'internal' }], ['text'], [null]])(
  '%j is not an error',
  value => {
    expect(parseWireError(value)).toBeUndefined();
  },
);
