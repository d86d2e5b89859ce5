import * as v from 'valibot';

/** `security`: what model files may do. */
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
});
