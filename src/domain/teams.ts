import type { Deps } from './deps.ts';
import type { AgreeOutcome, JoinOutcome, JoinRequest, LeaveOutcome, StartRequest, TeamView } from './team-types.ts';

export type * from './team-types.ts';

/** Starts a team, or buys alone. */
export async function startTeam(_deps: Deps, _request: StartRequest): Promise<JoinOutcome> {
  throw new Error('not yet');
}
/** Takes a seat in a team. */
export async function joinTeam(_deps: Deps, _request: JoinRequest): Promise<JoinOutcome> {
  throw new Error('not yet');
}
/** Counts a cash-on-delivery seat after the shopper's yes. */
export async function agreeCod(_deps: Deps, _command: { commandId: string; orderId: string }): Promise<AgreeOutcome> {
  throw new Error('not yet');
}
/** Gives up a seat while the team is forming or open. */
export async function leaveTeam(
  _deps: Deps,
  _command: { commandId: string; customerId: string; teamId: string },
): Promise<LeaveOutcome> {
  throw new Error('not yet');
}
/** Gives up an unpaid seat. */
export async function cancelOrder(
  _deps: Deps,
  _command: { commandId: string; orderId: string },
): Promise<{ readonly kind: 'cancelled' } | { readonly kind: 'too-late' } | { readonly kind: 'gone' }> {
  throw new Error('not yet');
}
/** Lists a deal's open teams with a free seat, fullest first. */
export async function openTeamsOf(
  _deps: Deps,
  _dealId: string,
  _where: { pinCode?: string } = {},
): Promise<TeamView[]> {
  throw new Error('not yet');
}
/** Finds a team by its code. */
export async function teamByCode(_deps: Deps, _code: string): Promise<TeamView | null> {
  throw new Error('not yet');
}
/** Reads a team. */
export async function teamView(_deps: Deps, _teamId: string): Promise<TeamView | null> {
  throw new Error('not yet');
}
/** Lists a customer's teams, newest first. */
export async function teamsOfCustomer(_deps: Deps, _customerId: string): Promise<TeamView[]> {
  throw new Error('not yet');
}
/** Does everything that fell due, each at its own instant. */
export async function sweepTeams(_deps: Deps): Promise<{ readonly done: number }> {
  throw new Error('not yet');
}
/** Derives what is missing after a crash. */
export async function settleTeams(_deps: Deps): Promise<{ readonly settled: number }> {
  throw new Error('not yet');
}
/** Derives the rows of one team's events. */
export async function settleTeam(_deps: Deps, _teamId: string): Promise<void> {
  throw new Error('not yet');
}
