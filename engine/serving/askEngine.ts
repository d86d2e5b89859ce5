import { ModelyardError } from '../errors';
import type { FeatureLookup, LookedUp } from './featureLookup';
import type { Features, FromServer } from './messages';

type Question = Extract<FromServer, { readonly type: 'look-up' }>;

/** Questions for features from the process that serves to the engine, and its answers. */
export class AskEngine {
  private readonly open = new Map<number, (answer: Features) => void>();
  private last = 0;

  constructor(private readonly say: (question: Question) => void) {}

  readonly lookup: FeatureLookup = ({ features = [], entities }) => {
    const id = ++this.last;
    return new Promise<LookedUp>((resolve, reject) => {
      this.open.set(id, ({ found, error }) => {
        if (found) resolve(found);
        else
          reject(
            error ? ModelyardError.fromWire(error) : new ModelyardError('internal', 'The engine has not answered.'),
          );
      });
      this.say({
        type: 'look-up',
        id,
        features: [...features],
        entities: Object.fromEntries(Object.entries(entities).map(([name, values]) => [name, [...values]])),
      });
    });
  };

  hear(answer: Features): void {
    const settle = this.open.get(answer.id);
    this.open.delete(answer.id);
    settle?.(answer);
  }
}
