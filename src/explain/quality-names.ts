/** How close to the exact numbers a map must be. */
export const qualities = ['exact', 'good', 'draft'] as const;
export type Quality = (typeof qualities)[number];
