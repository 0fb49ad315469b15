import type { z } from 'zod';

/** All that is said of a method or measure; functions are no JSON, and the options are their JSON schema. */
export async function cardJson({ schema, ...card }: { readonly schema: z.ZodObject }): Promise<object> {
  const { z } = await import('zod');
  const words = Object.entries(card).filter(([, value]) => typeof value !== 'function');
  return { ...Object.fromEntries(words), schema: z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) };
}
