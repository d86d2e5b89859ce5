/** Why a name cannot be that of an artifact, as half a sentence; undefined: it can. The rule is that of tracking. */
export function artifactPathProblem(name: string): string | undefined {
  if (name === '') return 'its name is empty';
  if (name.length > 1_000) return 'its name is longer than 1,000 characters';
  if (/[\u0000-\u001f\u007f]/.test(name)) return 'its name has control characters';
  if (name.includes('\\')) return 'its name has a backslash';
  if (name.startsWith('/') || /^[a-zA-Z]:/.test(name)) return 'its name is absolute';
  const parts = name.split('/');
  if (parts.includes('..')) return "its name has a part '..'";
  if (parts.some(part => part === '' || part === '.')) return 'its name has an empty part';
  return undefined;
}
