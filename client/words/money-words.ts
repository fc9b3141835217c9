/** Integer micro-dollars as the panels write them: `$0`, `$0.000031`, `$0.0042`, `$2.5000`, `$12.35`, `$1,204`. */
export function moneyWords(micros: number): string {
  const dollars = micros / 1e6;
  if (micros === 0) return '$0';
  if (dollars >= 100) return `$${countWords(Math.round(dollars))}`;
  if (dollars >= 10) return `$${dollars.toFixed(2)}`;
  return `$${dollars.toFixed(dollars >= 0.0001 ? 4 : 6)}`;
}

/** `1,204`. */
export function countWords(count: number): string {
  return count.toLocaleString('en-US');
}
