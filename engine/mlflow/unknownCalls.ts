import { failed, MlflowError } from './failures';
import type { HttpRequest, HttpResponse } from '../http';
import type { Routes } from './routes';

/** Calls that MLflow has and this server does not. */
const NOT_HERE =
  /^(?:traces|get-trace-artifact|get-online-trace-details|unified-traces|datasets|scorers?|issues|label-schemas|review-queues|prompt-optimization|genai|gateway|gateway-proxy|workspaces|jobs|demo|ui-telemetry|runs\/create-promptlab-run)(?:\/|$)/;

/**
 * The answer to a path without a call, in the form clients know from MLflow: a page of HTML for what it has not, an
 * error for what only this server has not.
 *
 * @param name the path below `/mlflow/`; empty: another path
 */
export function noCall(routes: Routes, { method, path }: HttpRequest, name: string): HttpResponse {
  const allowed = name === '' ? [] : routes.methodsOf(name);
  if (allowed.length > 0) {
    const allow = [...allowed, ...(allowed.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].sort().join(', ');
    if (method === 'OPTIONS') return { status: 204, headers: { ...HTML, allow }, body: '' };
    return page(405, 'Method Not Allowed', { why: 'The method is not allowed for the requested URL.', allow });
  }
  if (NOT_HERE.test(name))
    return failed(
      new MlflowError('NOT_IMPLEMENTED', `${method} ${path.slice(0, 300)} is not implemented by this server.`),
    );
  return notFound();
}

const notFound = (): HttpResponse =>
  page(404, 'Not Found', {
    why:
      'The requested URL was not found on the server. If you entered the URL manually please check your spelling and ' +
      'try again.',
  });

const HTML = { 'content-type': 'text/html; charset=utf-8' };

const page = (status: number, title: string, { why, allow }: { why: string; allow?: string }): HttpResponse => ({
  status,
  headers: { ...HTML, ...(allow !== undefined && { allow }) },
  body: `<!doctype html>\n<html lang=en>\n<title>${status} ${title}</title>\n<h1>${title}</h1>\n<p>${why}</p>\n`,
});
