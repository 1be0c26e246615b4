import { REFUND_TRANSITIONS } from '#models/refund';
import { SEAT_TRANSITIONS, TEAM_TRANSITIONS } from '#models/team';

type Table = { readonly [state: string]: readonly string[] };

const TABLES: { readonly [name: string]: { readonly start: string; readonly table: Table } } = {
  team: { start: 'forming', table: TEAM_TRANSITIONS },
  seat: { start: 'reserved', table: SEAT_TRANSITIONS },
  refund: { start: 'due', table: REFUND_TRANSITIONS },
};

/** Checks at start that every transition leads to a state there is and that every state can be reached. Throws otherwise. */
export function checkTransitions(): void {
  for (const [name, { start, table }] of Object.entries(TABLES)) {
    const states = new Set(Object.keys(table));
    const reached = reachable(table, start);
    const unknown = Object.values(table)
      .flat()
      .filter((state) => !states.has(state));
    const never = [...states].filter((state) => !reached.has(state));
    if (unknown.length > 0) throw new Error(`${name}: transitions lead to ${unknown.join(', ')}, which is no state`);
    if (never.length > 0) throw new Error(`${name}: nothing leads to ${never.join(', ')}`);
  }
}

/** Tells whether one state may follow another. */
export function mayFollow(table: Table, from: string, to: string): boolean {
  return (table[from] ?? []).includes(to);
}

function reachable(table: Table, start: string): Set<string> {
  const reached = new Set([start]);
  for (const state of reached) for (const next of table[state] ?? []) reached.add(next);
  return reached;
}
