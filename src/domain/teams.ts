export { agreeCod } from './team-agree.ts';
export { fullestTeam, openTeamsOf, teamByCode, teamsOfCustomer, teamView } from './team-find.ts';
export { joinTeam } from './team-join.ts';
export { cancelOrder, leaveTeam } from './team-leave.ts';
export { startTeam } from './team-start.ts';
export { settleTeams, sweepTeams } from './team-sweep.ts';
export type * from './team-types.ts';
