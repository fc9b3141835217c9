/** Whether it comes to hold within so many milliseconds. It is looked at once more when they are over: a busy machine may not have let us look before. */
export async function until(holds: () => boolean | Promise<boolean>, ms: number): Promise<boolean> {
  for (const end = Date.now() + ms; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const isLast = Date.now() >= end;
    if (await holds()) return true;
    if (isLast) return false;
  }
}

/** What is read once it has stayed the same for a while. */
export async function atRest<T>(read: () => Promise<T>): Promise<T> {
  for (let before = await read(); ;) {
    if (!await until(async () => await read() !== before, 500)) return before;
    before = await read();
  }
}
