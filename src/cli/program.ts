import { Command } from 'commander';
import { registerChatCommands } from './chat-commands.ts';
import type { CliContext } from './context.ts';
import { registerDbCommands } from './db-commands.ts';
import { registerDeadCommands } from './dead-commands.ts';
import { registerDoctorCommands } from './doctor-commands.ts';

/** Builds the `toli` command with all its verbs. */
export function buildProgram(context: CliContext): Command {
  const program = new Command('toli')
    .description('Group buying by chat: look after deals, money, people and the night')
    .showHelpAfterError()
    .enablePositionalOptions();
  registerChatCommands(program, context);
  registerDbCommands(program, context);
  registerDeadCommands(program, context);
  registerDoctorCommands(program, context);
  return program;
}
