import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { EnvironmentConfig, StepConfig } from '../../../../engine/protocol/workspaceConfig';
import type { World } from '../../../support/pipelineWorld';
import { command, go, never, world } from '../../../support/pipelineWorld';

const hasPython = spawnSync('python3', ['-c', 'import venv, ensurepip']).status === 0;

/** A pipeline of one command with this environment. */
const worldOf = (environment: EnvironmentConfig, run: string, before?: World): Promise<World> =>
  world({ p: { a: step(environment, run) } }, before?.store, { cache: true });
const step = (environment: EnvironmentConfig, run: string): StepConfig =>
  ({ ...command(run, { outs: ['out.txt'] }), deps: [], environment }) as StepConfig;
const put = (it: World, file: string, text: string, mode = 0o644): void => {
  mkdirSync(path.dirname(path.join(it.store.root, file)), { recursive: true });
  writeFileSync(path.join(it.store.root, file), text, { mode });
  chmodSync(path.join(it.store.root, file), mode);
};
const logOf = (it: World, id: Parameters<World['service']['log']>[0]): string =>
  it.service.log(id, 'a', { offset: 0, limit: 100_000 }).text;
const reasonOf = async (it: World): Promise<string | undefined> =>
  (await it.service.plan({ pipeline: 'p' }, never)).steps[0]?.reason;

afterEach(() => void vi.unstubAllEnvs());

/** Makes a folder as `python -m venv` does, with a `python` that says what pip is asked for. */
const standIn = `#!/bin/sh
if [ "$1" = --version ]; then echo Python 3.11.7; exit 0; fi
mkdir -p "$3/bin"
echo 'version = 3.11.7' > "$3/pyvenv.cfg"
cat > "$3/bin/python" <<'END'
#!/bin/sh
echo "pip: $*"
echo "run $MODELYARD_RUN_ID step $MODELYARD_STEP"
test -e "$(dirname "$0")/../../pip-fails" && cat "$(dirname "$0")/../../pip-fails" && exit 1
exit 0
END
chmod +x "$3/bin/python"
`;

describe.skipIf(process.platform === 'win32')('a virtual environment', () => {
  const config = (it: World): EnvironmentConfig => ({
    venv: 'env',
    requirements: 'requirements.txt',
    python: path.join(it.store.root, 'fake-python'),
  });
  async function made(requirements: string): Promise<World> {
    const first = await worldOf({ venv: 'env' }, 'true');
    put(first, 'fake-python', standIn, 0o755);
    put(first, 'requirements.txt', requirements);
    return worldOf(config(first), 'echo $VIRTUAL_ENV $PATH > out.txt', first);
  }

  test('is made once, comes first on the path, and again when what is required has changed', async () => {
    const it = await made('numpy==2.1\n');
    const first = await go(it);
    expect(first.steps[0]).toMatchObject({ status: 'succeeded' });
    const log = logOf(it, first.id);
    expect(log).toContain('Making the virtual environment env with ');
    expect(log).toMatch(/pip: -m pip install .* -r requirements\.txt/);
    // by that it is found when its engine is killed meanwhile
    expect(log).toContain(`run ${first.runId} step a\n`);
    const env = path.join(it.store.root, 'env');
    expect(readFileSync(path.join(it.store.root, 'out.txt'), 'utf8')).toMatch(`${env} ${path.join(env, 'bin')}:`);
    // the same packages, written differently
    put(it, 'requirements.txt', '# pinned\n\nNumPy == 2.1   # here\n');
    expect(await reasonOf(it)).toMatch(/^nothing has changed/);
    expect(logOf(it, (await go(it, { pipeline: 'p', fresh: true })).id)).not.toContain('Making');
    writeFileSync(path.join(env, 'old'), '');
    put(it, 'requirements.txt', 'numpy==2.2\npandas>=2\n');
    expect(await reasonOf(it)).toBe('environment: numpy 2.1 → 2.2, environment: pandas is new');
    expect(logOf(it, (await go(it)).id)).toContain('Making');
    expect(existsSync(path.join(env, 'old'))).toBe(false);
  });

  test('is planned without starting anything where the workspace is not trusted', async () => {
    const it = await worldOf({ venv: 'env' }, 'true');
    put(it, 'fake-python', '#!/bin/sh\ntouch "$(dirname "$0")/started"; echo Python 3.11.7\n', 0o755);
    const python = path.join(it.store.root, 'fake-python');
    const other = await worldOf({ venv: 'env', python, node: 'web' }, 'true', it);
    const plan = await other.service.plan({ pipeline: 'p', startsNothing: true }, never);
    expect(plan.steps[0]?.decision).toBe('runs');
    expect(existsSync(path.join(it.store.root, 'started'))).toBe(false);
    await other.service.plan({ pipeline: 'p' }, never);
    expect(existsSync(path.join(it.store.root, 'started'))).toBe(true);
  });

  test('keeps and shows no password of an index', async () => {
    const lines = (password: string): string =>
      `--index-url https://me:${password}@pypi.example.com/simple\ncredit @ git+https://${password}@git.example.com/credit.git@v1\n`;
    const it = await made(lines('hunter2'));
    put(it, 'pip-fails', 'ERROR: https://me:hunter2@pypi.example.com/simple says 403\n');
    const { error } = await go(it);
    expect(error?.message).toContain('ERROR: https://[redacted]@pypi.example.com/simple says 403');
    rmSync(path.join(it.store.root, 'pip-fails'));
    expect((await go(it)).status).toBe('succeeded');
    put(it, 'requirements.txt', lines('hunter3'));
    expect(await reasonOf(it)).toMatch(/^nothing has changed/);
    put(it, 'requirements.txt', lines('hunter3').replace('v1', 'v2'));
    expect(await reasonOf(it)).toMatch(/^environment: credit @ git\+https:\/\/\[redacted\]@git\.example/);
    const rows = it.store.db.prepare('SELECT * FROM pipeline_step').all();
    expect(JSON.stringify(rows)).not.toContain('hunter');
  });

  test('that cannot be filled is told with the way out, and nothing of it is left', async () => {
    const it = await made('numpy==2.1\n');
    put(
      it,
      'pip-fails',
      'WARNING: Retrying after NewConnectionError: Failed to establish a new connection: [Errno 111]\n',
    );
    const offline = await go(it);
    expect(offline.error).toMatchObject({
      code: 'step.failed',
      message: 'What requirements.txt says could not be installed: the index of packages cannot be reached.',
      fix: expect.stringContaining('`--no-index` and `--find-links wheels`'),
      place: { key: 'pipelines.p.steps.a.environment.requirements' },
    });
    expect(existsSync(path.join(it.store.root, 'env'))).toBe(false);
    put(it, 'pip-fails', 'ERROR: No matching distribution found for numpy==99\n');
    expect((await go(it)).error?.message).toContain('No matching distribution found for numpy==99');
    rmSync(path.join(it.store.root, 'pip-fails'));
    expect((await go(it)).status).toBe('succeeded');
  });

  test('is made anew when an engine was killed while it made it', async () => {
    const it = await made('numpy==2.1\n');
    put(it, 'env/bin/python', '#!/bin/sh\n', 0o755);
    put(it, 'env/modelyard-environment.making', '');
    expect(logOf(it, (await go(it)).id)).toContain('Making');
    expect(readdirSync(path.join(it.store.root, 'env')).sort()).toEqual([
      'bin',
      'modelyard-environment.json',
      'pyvenv.cfg',
    ]);
  });

  test('is made anew when the Python that it was made with is gone, if it was made here', async () => {
    const it = await made('numpy==2.1\n');
    const fresh = { pipeline: 'p', fresh: true };
    await go(it);
    rmSync(path.join(it.store.root, 'env/bin/python'));
    const run = await go(it, fresh);
    expect(run.status).toBe('succeeded');
    expect(logOf(it, run.id)).toContain('Making');
    rmSync(path.join(it.store.root, 'env/bin/python'));
    rmSync(path.join(it.store.root, 'env/modelyard-environment.json'));
    expect((await go(it, fresh)).error).toMatchObject({
      message: 'The Python of the virtual environment env is not there any more.',
      fix: expect.stringContaining('Remove the folder env'),
    });
  });

  test('is not put where something else is', async () => {
    const it = await made('numpy==2.1\n');
    put(it, 'env/notes.txt', 'mine');
    expect((await go(it)).error?.message).toBe('The folder env is not a virtual environment, and not empty.');
    expect(readFileSync(path.join(it.store.root, 'env/notes.txt'), 'utf8')).toBe('mine');
  });

  test('without Python is refused with a sentence, and so are requirements that are not there', async () => {
    const it = await worldOf({ venv: 'env', python: 'no-such-python' }, 'true');
    expect((await go(it)).error).toMatchObject({
      message: 'There is no no-such-python on this machine to make the virtual environment env with.',
      place: { key: 'pipelines.p.steps.a.environment.venv' },
    });
    const other = await worldOf({ venv: 'env', requirements: 'r.txt' }, 'true');
    expect((await go(other)).error?.message).toBe('There is no file r.txt, which the environment is made of.');
  });

  test('of somebody else counts by what is installed in it', async () => {
    const it = await worldOf({ venv: 'env' }, 'touch out.txt');
    put(it, 'env/bin/python', '#!/bin/sh\n', 0o755);
    put(it, 'env/pyvenv.cfg', 'version = 3.12.1\n');
    put(it, 'env/lib/python3.12/site-packages/Scikit_learn-1.5.0.dist-info/METADATA', '');
    expect((await go(it)).status).toBe('succeeded');
    expect(await reasonOf(it)).toMatch(/^nothing has changed/);
    rmSync(path.join(it.store.root, 'env/lib/python3.12/site-packages/Scikit_learn-1.5.0.dist-info'), {
      recursive: true,
    });
    put(it, 'env/lib/python3.12/site-packages/scikit_learn-1.6.1.dist-info/METADATA', '');
    expect(await reasonOf(it)).toBe('environment: scikit-learn 1.5.0 → 1.6.1');
    put(it, 'env/pyvenv.cfg', 'version = 3.13.0\n');
    expect(await reasonOf(it)).toBe('environment: python 3.12.1 → 3.13.0, environment: scikit-learn 1.5.0 → 1.6.1');
  });
});

const wheelMaker = `
import sys, zipfile
with zipfile.ZipFile('wheels/greeting-1.0-py3-none-any.whl', 'w') as wheel:
    wheel.writestr('greeting.py', 'text = "hello"')
    wheel.writestr('greeting-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: greeting\\nVersion: 1.0\\n')
    wheel.writestr('greeting-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    wheel.writestr('greeting-1.0.dist-info/RECORD', '')
`;

test.skipIf(!hasPython)(
  'a real virtual environment, offline from a folder of wheels',
  { timeout: 120_000 },
  async () => {
    const it = await worldOf(
      { venv: '.venv', requirements: 'requirements.txt' },
      'python -c "import greeting, sys; print(greeting.text, sys.prefix)" > out.txt',
    );
    mkdirSync(path.join(it.store.root, 'wheels'));
    expect(spawnSync('python3', ['-c', wheelMaker], { cwd: it.store.root }).status).toBe(0);
    put(it, 'requirements.txt', '--no-index\n--find-links wheels\ngreeting==1.0\n');
    const run = await go(it);
    expect(run.error).toBeUndefined();
    const [text, prefix = ''] = readFileSync(path.join(it.store.root, 'out.txt'), 'utf8').trim().split(' ');
    expect([text, path.basename(prefix)]).toEqual(['hello', '.venv']);
    expect(await reasonOf(it)).toMatch(/^nothing has changed/);
  },
);

const conda = `#!/bin/sh
echo "$*" >> "$CONDA_CALLS"
case "$1 $2" in
  'env list') echo "{\\"envs\\": [\\"$CONDA_ROOT\\", \\"$CONDA_ROOT/envs/science\\"]}";;
  *) while [ "$1" != --prefix ]; do shift; done; mkdir -p "$2/bin" "$2/conda-meta";;
esac
`;

describe.skipIf(process.platform === 'win32')('a conda environment', () => {
  async function withConda(
    environment: EnvironmentConfig,
  ): Promise<{ readonly it: World; readonly calls: () => string[] }> {
    const it = await worldOf(environment, 'echo $CONDA_PREFIX $PATH > out.txt');
    const { root } = it.store;
    put(it, 'tools/micromamba', conda, 0o755);
    put(it, 'root/envs/science/conda-meta/numpy-2.1.0-py311_0.json', '{}');
    vi.stubEnv('PATH', `${path.join(root, 'tools')}:${process.env['PATH']}`);
    vi.stubEnv('CONDA_ROOT', path.join(root, 'root'));
    vi.stubEnv('CONDA_CALLS', path.join(root, 'calls'));
    return { it, calls: () => readFileSync(path.join(root, 'calls'), 'utf8').trim().split('\n') };
  }

  test('is found by its name, and counts by its packages', async () => {
    const { it } = await withConda({ conda: 'science' });
    expect((await go(it)).status).toBe('succeeded');
    const prefix = path.join(it.store.root, 'root/envs/science');
    expect(readFileSync(path.join(it.store.root, 'out.txt'), 'utf8')).toMatch(`${prefix} ${prefix}/bin:`);
    expect(await reasonOf(it)).toMatch(/^nothing has changed/);
    rmSync(path.join(prefix, 'conda-meta/numpy-2.1.0-py311_0.json'));
    put(it, 'root/envs/science/conda-meta/numpy-2.2.0-py311_0.json', '{}');
    expect(await reasonOf(it)).toBe('environment: numpy 2.1.0 → 2.2.0');
  });

  test('is made of a file once for each content', async () => {
    const { it, calls } = await withConda({ conda: 'environment.yml' });
    put(it, 'environment.yml', 'dependencies: [numpy=2.1]\n');
    expect((await go(it)).status).toBe('succeeded');
    await go(it, { pipeline: 'p', fresh: true });
    expect(calls()).toHaveLength(1);
    expect(calls()[0]).toMatch(
      /^create --yes --prefix .*\.modelyard\/environments\/conda-\w{16} --file environment.yml$/,
    );
    put(it, 'environment.yml', 'dependencies: [numpy=2.2]\n');
    expect(await reasonOf(it)).toBe('environment: environment.yml has changed');
    await go(it);
    expect(calls()).toHaveLength(2);
  });

  test('that is not there, and no conda at all, are told with the way out', async () => {
    const { it } = await withConda({ conda: 'sciense' });
    expect((await go(it)).error).toMatchObject({
      message: 'There is no conda environment sciense.',
      fix: 'There are science. Name one of them, or a file: `conda: environment.yml`.',
    });
    for (const name of ['PATH', 'CONDA_EXE', 'MAMBA_EXE']) vi.stubEnv(name, name === 'PATH' ? '/nowhere' : '');
    expect((await go(it)).error?.message).toBe(
      'There is no conda, mamba or micromamba on this machine for the environment sciense.',
    );
  });
});

test('the commands of a folder of Node are found, and its lock file counts', async () => {
  const it = await worldOf({ node: 'tools' }, process.platform === 'win32' ? 'greet' : 'greet > out.txt');
  expect((await go(it)).error?.message).toBe('There is no package.json in the folder tools.');
  put(it, 'tools/package.json', '{}');
  put(it, 'tools/package-lock.json', '{"lockfileVersion": 3}');
  expect((await go(it)).error).toMatchObject({
    message: 'The packages of tools are not installed: there is no node_modules.',
    fix: 'Run `npm ci` in tools.',
  });
  put(it, 'tools/node_modules/.bin/greet', '#!/bin/sh\necho hello\n', 0o755);
  expect((await go(it)).status).toBe('succeeded');
  expect(await reasonOf(it)).toMatch(/^nothing has changed/);
  put(it, 'tools/package-lock.json', '{"lockfileVersion": 2}');
  expect(await reasonOf(it)).toBe('environment: tools/package-lock.json has changed');
});
