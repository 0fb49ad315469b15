import { z } from 'zod';

/**
 * A word out of a list that may grow: it is checked against what the list holds by then.
 * @param accepts takes words that the list does not name, too. Default: none.
 */
export const oneOf = (words: () => readonly string[], accepts: (word: string) => boolean = () => false) =>
  z.string().superRefine((word, context) => {
    const values = [...words()];
    if (!values.includes(word) && !accepts(word)) context.addIssue({ code: 'invalid_value', values, input: word });
  });
