/** Keeps what was read for a short while, for readers that may see it a little late. */
export interface Brief<Value> {
  /** Reads the value of a key; everybody who asks within the time gets the one reading, also while it is under way. */
  get(key: string, load: () => Promise<Value>): Promise<Value>;
  /** Forgets everything, so that the next reader sees a change at once. */
  forget(): void;
}

const MOST_KEYS = 5_000;

/** Makes a shelf on which a reading stays for `ms` (system time). A reading that fails is not kept. */
export function briefly<Value>(ms: number): Brief<Value> {
  const kept = new Map<string, { readonly value: Promise<Value>; readonly at: number }>();
  return {
    get: (key, load) => {
      const before = kept.get(key);
      if (before && Date.now() - before.at < ms) return before.value;
      if (kept.size >= MOST_KEYS) kept.clear();
      const reading = { value: load(), at: Date.now() };
      kept.set(key, reading);
      reading.value.catch(() => kept.get(key) === reading && kept.delete(key));
      return reading.value;
    },
    forget: () => kept.clear(),
  };
}
