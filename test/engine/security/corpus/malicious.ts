import { bypassSamples } from './bypasses';
import { archiveSamples } from './archived';
import { gadgetSamples } from './gadgets';
import { graphSamples } from './graphs';
import { joblibSamples } from './joblibs';
import { pickleSamples } from './pickles';
import type { Sample } from './sample';

export const maliciousSamples: readonly Sample[] = [
  ...gadgetSamples,
  ...pickleSamples,
  ...joblibSamples,
  ...archiveSamples,
  ...graphSamples,
  ...bypassSamples,
];
