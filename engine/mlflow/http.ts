/** An HTTP request without a socket: whoever owns the socket has read the body and checked token, Host and Origin. */
export interface HttpRequest {
  /** Upper case. */
  readonly method: string;
  /** As sent, without the query; percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Empty when there is none. */
  readonly body: Uint8Array;
}

/** Written in one go: status line, headers and body, with its length. */
export interface HttpResponse {
  readonly status: number;
  /** Lower-case names; always with `content-type`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Undefined: the path is not this handler's. Expected failures are answers; it rejects only for a defect. */
export type HttpHandler = (request: HttpRequest) => Promise<HttpResponse> | undefined;
