/**
 * The actions that workflows of GitHub use, each by the commit of a release: a tag can be moved, a commit cannot.
 * https://docs.github.com/actions/security-for-github-actions/security-guides/security-hardening-for-github-actions
 */
const pinned = {
  checkout: ['11bd71901bbe5b1630ceea73d27597364c9af683', 'v4.2.2'],
  'setup-node': ['49933ea5288caeca8642d1e84afbd3f7d6820020', 'v4.4.0'],
  'setup-python': ['a26af69be951a213d495a4c3e4e4022e16d87065', 'v5.6.0'],
  'upload-artifact': ['ea165f8d65b6e75b540449e92b4886f43607fa02', 'v4.6.2'],
  'download-artifact': ['d3f86a106a0bac45b974a628896c90dbdf5c8093', 'v4.3.0'],
  cache: ['5a3ec84eff668545956fd18022155c47e93e2684', 'v4.2.3'],
} as const;

/** `part`: of an action that has several, such as `cache/restore`. */
export const action = (name: keyof typeof pinned, part = ''): string => `actions/${name}${part}@${pinned[name][0]}`;

const releases = new Map<string, string>(Object.values(pinned).map(([commit, release]) => [commit, release]));

/** The release of each commit as a comment behind it, where people and Dependabot look for it. */
export const withReleases = (yaml: string): string =>
  yaml.replace(/^([ -]*uses: \S+@)([0-9a-f]{40})$/gm, (line, _, commit: string) => {
    const release = releases.get(commit);
    return release === undefined ? line : `${line} # ${release}`;
  });
