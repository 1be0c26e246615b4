import type { SimulatorEntry, SimulatorLog, StoredEntry } from '#channels/simulator/log';

/** Keeps simulator messages in memory; `appends` counts the writes. Passes the same contract as the real log. */
export function memoryLog(): SimulatorLog & { readonly appends: number[] } {
  const rows = new Map<string, StoredEntry>();
  const appends: number[] = [];
  const history = (phone: string) => [...rows.values()].filter((row) => row.phone === phone);
  const store = (entry: SimulatorEntry): StoredEntry => {
    const key = `${entry.direction}:${entry.phone}:${entry.id}`;
    const row = rows.get(key) ?? { ...entry, seq: history(entry.phone).length + 1 };
    rows.set(key, row);
    return row;
  };
  return {
    appends,
    append: async (entries) => {
      appends.push(entries.length);
      return entries.map(store);
    },
    since: async (phone, after, limit) =>
      history(phone)
        .filter(({ seq }) => seq > after)
        .slice(0, limit),
  };
}
