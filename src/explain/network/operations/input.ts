import { WhylightError } from '../../errors';
import { wholeMap } from './bases';
import type { OperationDescription, Plain } from './operation';

/** Where the picture comes in; reads nothing. */
export const input: OperationDescription<Plain<'input'>> = {
  ...wholeMap,
  kind: 'input',
  title: () => 'input',
  arity: [0, 0],
  shape: (_, [picture]) => picture!,
  forward: () => {
    throw new WhylightError('the input has no value of its own');
  },
};
