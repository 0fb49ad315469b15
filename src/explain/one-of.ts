import { z } from 'zod';

/** A word out of a list that may grow: it is checked against what the list holds by then. */
export const oneOf = (words: () => readonly string[]) =>
  z.string().superRefine((word, context) => {
    const values = [...words()];
    if (!values.includes(word)) context.addIssue({ code: 'invalid_value', values, input: word });
  });
