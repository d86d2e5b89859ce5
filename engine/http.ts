import type { Readable } from 'node:stream';

/** An HTTP request without a socket: whoever owns the socket has checked token, Host and Origin. */
export interface HttpRequest {
  /** Upper case. */
  readonly method: string;
  /** As sent, without the query; percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names; absent: none. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The whole of it (empty when there is none), or its pieces as they come, to be read once. */
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
}

/** A body whose pieces are made when they are sent. */
export interface StreamedBody {
  /** Bytes. */
  readonly length: number;
  open(): Readable;
}

export interface HttpResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | StreamedBody;
}

/** Undefined: the path is not this handler's. Expected failures are answers; it rejects only for a defect. */
export type HttpHandler = (request: HttpRequest) => Promise<HttpResponse> | undefined;

/** The first value of a header. */
export function header({ headers }: HttpRequest, name: string): string | undefined {
  const value = headers?.[name];
  return typeof value === 'object' ? value[0] : value;
}
