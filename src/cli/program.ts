import { Command } from 'commander';
import { registerBroadcastCommands } from './broadcast-commands.ts';
import { registerChatCommands } from './chat-commands.ts';
import type { CliContext } from './context.ts';
import { registerCustomerCommands } from './customers-commands.ts';
import { registerDbCommands } from './db-commands.ts';
import { registerDeadCommands } from './dead-commands.ts';
import { registerDealCommands } from './deal-commands.ts';
import { registerDoctorCommands } from './doctor-commands.ts';
import { registerExplainCommands } from './explain-commands.ts';
import { registerHistoryCommands } from './history-commands.ts';
import { registerImportCommands } from './import-commands.ts';
import { registerOrderCommands } from './orders-commands.ts';
import { registerPayCommands } from './pay-commands.ts';
import { registerRecomputeCommands } from './recompute-commands.ts';
import { registerRefundCommands } from './refund-commands.ts';
import { registerRewardCommands } from './reward-commands.ts';

/** Lists what adds verbs, in the order of the help. */
const VERBS = [
  registerChatCommands,
  registerDealCommands,
  registerOrderCommands,
  registerPayCommands,
  registerRefundCommands,
  registerRewardCommands,
  registerBroadcastCommands,
  registerCustomerCommands,
  registerHistoryCommands,
  registerExplainCommands,
  registerImportCommands,
  registerRecomputeCommands,
  registerDoctorCommands,
  registerDeadCommands,
  registerDbCommands,
];

/** Builds the `toli` command with all its verbs. Words it cannot read are thrown as a CommanderError. */
export function buildProgram(context: CliContext): Command {
  // The verbs take these settings over, so they come first.
  const program = new Command('toli')
    .description('Group buying by chat: look after deals, money, people and the night')
    .exitOverride()
    .enablePositionalOptions()
    .addHelpText('after', '\nExit codes: 0 done, 1 refused or failed, 2 not understood.\n');
  for (const register of VERBS) register(program, context);
  return program;
}
