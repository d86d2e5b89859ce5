import { randomInt } from 'node:crypto';

const ADJECTIVES = (
  'able agile amber apt azure bold brave bright brisk calm candid careful cheerful clear clever cosy crisp curious ' +
  'daring deft earnest eager even fair fearless fine fleet fond frank fresh gentle glad golden grand happy hardy ' +
  'honest humble jolly keen kind lively loyal lucid lucky mellow merry mild modest neat nimble noble patient placid ' +
  'polite proud quick quiet rapid ready robust sage serene sharp silver sincere sleek smooth snug solid spry steady ' +
  'stout sunny swift tidy trusty upbeat valiant vivid warm wise witty zesty'
).split(' ');

const NOUNS = (
  'ant badger bear beaver bee bison bittern buzzard carp cat cod colt condor cormorant crab crane cricket crow cub ' +
  'deer dipper dolphin dove duck eagle eel egret elk falcon ferret finch fox frog gannet gecko goat goose grouse ' +
  'gull hare hawk hedgehog heron hoopoe horse ibex ibis jackdaw jay kestrel kite koala lark lemur linnet lynx ' +
  'magpie marten mole moose mouse newt nuthatch orca oriole osprey otter owl panda parrot perch pike plover puffin ' +
  'quail rabbit raven robin salmon seal shrew sparrow squid stork swan swift tern thrush toad trout turtle vole ' +
  'walrus weasel whale wolf wren yak zebra'
).split(' ');

const pick = (words: readonly string[]): string => words[randomInt(words.length)] ?? 'run';

/** A name that can be said and remembered: `patient-otter-317`. Not unique. */
export const newRunName = (): string => `${pick(ADJECTIVES)}-${pick(NOUNS)}-${randomInt(1000)}`;
