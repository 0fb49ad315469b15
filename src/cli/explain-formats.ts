/** What is written of a photo; `json` always is. */
export const formats = ['png', 'npy', 'json'] as const;
export type Format = (typeof formats)[number];
