/** Random numbers 0 ≤ n < 1 that follow from a seed alone (sfc32). Not for secrets. */
export function createSeededRandom(seed: number): () => number {
  const bits = new DataView(new ArrayBuffer(8));
  // All bits of the number count, so 0.25 and 0.5 differ as much as 1 and 2.
  bits.setFloat64(0, seed);
  let a = bits.getUint32(0);
  let b = bits.getUint32(4);
  let c = 0x9e3779b9;
  let counter = 1;
  const next = (): number => {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return result >>> 0;
  };
  for (let round = 0; round < 15; round++) next();
  return () => ((next() >>> 5) * 0x4000000 + (next() >>> 6)) / 0x20000000000000;
}
