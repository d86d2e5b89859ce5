import * as v from 'valibot';
import { workspacePath } from './path';
import { text } from './terms';

/** `environment:` of a command: what it finds on its `PATH`. */
export const toolEnvironment = v.pipe(
  v.strictObject({
    venv: v.exactOptional(
      v.pipe(
        workspacePath('the path of a folder'),
        v.description('A folder with a virtual environment of Python; made with `python -m venv` when it is missing.'),
        v.examples(['.venv']),
      ),
    ),
    requirements: v.exactOptional(
      v.pipe(
        workspacePath('the path of a file'),
        v.description('What pip installs in it, once for each content of the file.'),
        v.examples(['requirements.txt']),
      ),
    ),
    python: v.exactOptional(
      v.pipe(
        text('a program'),
        v.description('The Python that makes it. Without it: `python3`.'),
        v.examples(['python3.12']),
      ),
    ),
    conda: v.exactOptional(
      v.pipe(
        text('the name of a conda environment, or of a file'),
        v.description(
          'The name of a conda environment, or a file (`environment.yml`) of which one is made; with micromamba, mamba or conda, whichever is there.',
        ),
        v.examples(['environment.yml']),
      ),
    ),
    node: v.exactOptional(
      v.pipe(
        workspacePath('the path of a folder'),
        v.description('A folder with a `package.json`: the commands of its `node_modules` are found.'),
      ),
    ),
  }),
  v.check(
    one => one.venv === undefined || one.conda === undefined,
    'bad-environment|has either `venv` or `conda`: one Python, not two',
  ),
  v.check(
    one => one.venv !== undefined || (one.requirements ?? one.python) === undefined,
    'bad-environment|has `requirements` or `python`, which are for a `venv`: add `venv: .venv`',
  ),
  v.check(
    one => Object.keys(one).length > 0,
    'bad-environment|says nothing: name a `venv`, a `conda` environment or a `node` folder',
  ),
);
