/** Options of `compare` that are of open loops alone. */
import { object } from '@optique/core/constructs';
import { message } from '@optique/core/message';
import { option } from '@optique/core/primitives';
import { ARRIVALS } from '../../../clock/pace.ts';
import { defaultedLater } from '../../options/words/defaulted.ts';
import { word } from '../../options/words/values.ts';

export const pacedInTurns = object('Open loops in turns', {
  arrivals: defaultedLater(
    option('--arrivals', word(ARRIVALS, 'ARRIVALS'), {
      description: message`when the probes of a --rate such as 2000/s are due: at even distances, or at random ones, the same in all runs`,
    }),
    'uniform',
  ),
});
