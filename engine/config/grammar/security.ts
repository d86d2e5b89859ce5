import * as v from 'valibot';

const strings = (what: string, description: string) =>
  v.exactOptional(
    v.pipe(v.array(v.pipe(v.string(what), v.nonEmpty(what)), `must be a list`), v.description(description)),
  );

const secrets = v.strictObject({
  allow: strings('must be a fingerprint', 'Fingerprints of findings that are no secrets, as the scan shows them.'),
  exclude: strings('must be a pattern', 'Files that are not looked at, as in .gitignore.'),
});

const dependencies = v.strictObject({
  advisories: v.exactOptional(
    v.pipe(
      v.string('must be a path'),
      v.description(
        'Advisories in the format of OSV: a folder of JSON files, or a zip of them, relative to the workspace.',
      ),
    ),
  ),
  block: v.exactOptional(
    v.pipe(
      v.picklist(['low', 'medium', 'high', 'critical']),
      v.description('From which severity on a weakness blocks; one below is to be reviewed. Default: high.'),
    ),
  ),
  ignore: strings('must be an id', 'Advisories that do not count here, such as GHSA-xxxx-xxxx-xxxx.'),
});

const licences = v.strictObject({
  allow: strings('must be an SPDX id', 'Licences (SPDX ids) that packages may have; when given, no others.'),
  deny: strings('must be an SPDX id', 'Licences (SPDX ids) that packages may not have.'),
  except: strings('must be a package', 'Packages that are accepted whatever their licence.'),
});

/** `security`: what model files may do, and what is asked of all else. */
export const security = v.strictObject({
  allow: v.exactOptional(
    v.pipe(
      v.array(
        v.pipe(
          v.string('must be a module and a name'),
          v.regex(/^[^\s:]+:[^\s:]+$/, 'must be a module and a name in it, such as my_pkg.model:Net'),
        ),
        'must be a list of names such as my_pkg.model:Net',
      ),
      v.description(
        'Classes and functions, as `module:name`, that pickles of models may ask for besides those on the list of the scan. What is denied stays denied.',
      ),
    ),
  ),
  signatures: v.exactOptional(
    v.pipe(
      v.picklist(['required', 'optional']),
      v.description(
        '`required`: no version is served, compared, tested or exported that is not signed by one of the keys. One that was altered since never is.',
      ),
    ),
  ),
  keys: strings(
    'must be a path',
    'Files with the public keys (PEM) whose signatures count, relative to the workspace.',
  ),
  secrets: v.exactOptional(v.pipe(secrets, v.description('What the scan for secrets leaves out.'))),
  dependencies: v.exactOptional(v.pipe(dependencies, v.description('How packages of lock files are judged.'))),
  licences: v.exactOptional(v.pipe(licences, v.description('Which licences packages may have.'))),
});
