/** The nearest multiple of `divisor` that takes away no more than a tenth, as MobileNet's authors round widths. */
export function roundChannels(width: number, divisor = 8, least = 0.9): number {
  const nearest = Math.max(divisor, Math.floor((width + divisor / 2) / divisor) * divisor);
  return nearest < least * width ? nearest + divisor : nearest;
}
