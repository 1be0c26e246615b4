import type { Command, Engine, Target } from '#conversation/engine';
import { browse } from './browse.ts';
import { buy } from './buy.ts';
import type { FlowContext, ToliFlow } from './context.ts';
import { deal } from './deal.ts';
import { entrance } from './entrance.ts';
import { help } from './help.ts';
import { invites, pendingRewards } from './invites.ts';
import { joinCode } from './join-code.ts';
import { language } from './language.ts';
import { menu } from './menu.ts';
import { eraseData, exportOwnData, myData } from './my-data.ts';
import { myMoney } from './my-money.ts';
import { myOrders } from './my-orders.ts';
import { myTeam } from './my-team.ts';
import { startOffers, stopOffers } from './offers.ts';
import { pay } from './pay.ts';
import { paymentDone } from './payment-done.ts';
import { askForPerson } from './person.ts';
import { profile } from './profile.ts';
import { search, searchFor } from './search.ts';
import { team } from './team.ts';
import { welcome } from './welcome.ts';

export type { FlowContext } from './context.ts';
export { entrance } from './entrance.ts';
export { greet } from './menu.ts';
export { onCodes } from './on-code.ts';

const ALL = [
  welcome,
  menu,
  browse,
  deal,
  team,
  buy,
  pay,
  myTeam,
  myOrders,
  myMoney,
  invites,
  pendingRewards,
  profile,
  language,
  search,
  joinCode,
  help,
  myData,
  eraseData,
] as readonly ToliFlow[];

/** Holds every conversation by its name. */
export const flows: { readonly [flow: string]: ToliFlow } = Object.fromEntries(ALL.map((flow) => [flow.name, flow]));

/**
 * Says what each word does. What is marked `guess` shows something and changes nothing, so that it may follow from a
 * free text that is only likely to mean it.
 */
export const commands: Engine<FlowContext>['commands'] = {
  browse: { flow: 'browse', data: { from: 0 }, guess: true },
  search: { run: searchFor, guess: true },
  'join-team': { flow: 'join-code', guess: true },
  'my-team': { flow: 'my-team', guess: true },
  'my-orders': { flow: 'my-orders', guess: true },
  'my-money': { flow: 'my-money', guess: true },
  invite: { flow: 'invites', guess: true },
  'why-pending': { flow: 'pending-rewards', guess: true },
  profile: { flow: 'profile', guess: true },
  language: { flow: 'language', guess: true },
  help: { flow: 'help', guess: true },
  'payment-done': { run: paymentDone, guess: true },
  human: { run: askForPerson, guess: true },
  stop: { run: stopOffers },
  start: { run: startOffers },
  'export-data': { run: exportOwnData },
  'delete-data': { flow: 'erase-data' },
} satisfies { readonly [intent: string]: Command<FlowContext> };

/** Says where a chat begins: with the welcome, until it was finished. */
export function home({ customer }: FlowContext): Target {
  return { flow: customer.welcomed ? 'menu' : 'welcome' };
}

/** Is everything of the engine that is Toli's own; the bot adds the understanding of words and the copy. */
export const conversations = { flows, commands, home, entrance };
