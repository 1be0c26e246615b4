import { expect, it } from 'vitest';
import { checkTransitions, mayFollow } from '#domain/team-transitions';
import { SEAT_TRANSITIONS, TEAM_STATES, TEAM_TRANSITIONS } from '#models/team';

it('every state can be reached and every transition leads to a state', () => {
  expect(checkTransitions).not.toThrow();
});

it('a team that succeeded stays so', () => {
  for (const state of TEAM_STATES) expect(mayFollow(TEAM_TRANSITIONS, 'succeeded', state)).toBe(false);
});

it('a released seat can only be paid again', () => {
  expect(SEAT_TRANSITIONS.released).toEqual(['paid', 'confirmed']);
});
