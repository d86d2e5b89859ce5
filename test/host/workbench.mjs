/**
 * The address of a workbench. `development` and `tests` (absolute paths) need a server started with `tests: true`.
 * @param {{ base: string; port: number }} server
 * @param {{ folder?: string; workspace?: string; development?: readonly string[]; tests?: string }} what
 */
export function workbenchUrl(server, { folder, workspace, development = [], tests }) {
  const remote = file => `vscode-remote://127.0.0.1:${server.port}${encodeURI(file)}`;
  const payload = development.map(file => ['extensionDevelopmentPath', remote(file)]);
  if (tests) payload.push(['extensionTestsPath', remote(tests)]);
  const query = payload.length > 0 ? `&payload=${encodeURIComponent(JSON.stringify(payload))}` : '';
  const opened = workspace ? `workspace=${encodeURIComponent(workspace)}` : `folder=${encodeURIComponent(folder)}`;
  return `${server.base}/?${opened}${query}`;
}
