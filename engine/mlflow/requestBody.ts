import { MlflowError } from './failures';
import type { HttpRequest } from '../http';
import { header } from '../http';

/** Bytes of a body that is kept in memory; files are not. More than any client of MLflow sends in one call. */
export const MAX_BODY = 64 << 20;

/** @throws MlflowError with status 413 when it is longer, or says that it will be */
export async function wholeBody(request: HttpRequest, limit = MAX_BODY): Promise<Uint8Array> {
  const { body } = request;
  if (body instanceof Uint8Array) {
    if (body.length > limit) throw tooLong(limit);
    return body;
  }
  if (Number(header(request, 'content-length')) > limit) throw tooLong(limit);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > limit) throw tooLong(limit);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

const tooLong = (limit: number): MlflowError =>
  new MlflowError('INVALID_PARAMETER_VALUE', `The body of this call may have ${limit} bytes.`, 413);
