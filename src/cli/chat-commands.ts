import type { Command } from 'commander';
import { audited } from '#domain/audits';
import type { Deps } from '#domain/deps';
import { listChats, releaseChat, sayInChat, type TakeoverAnswer, takeChat } from '#domain/takeover';
import { type CliContext, operatorName, refused } from './context.ts';
import { whichCustomer } from './which-customer.ts';

/** Says which phone a terminal chat is and where Toli runs. */
export interface TerminalOptions {
  readonly phone: string;
  readonly url: string;
}

interface Json {
  readonly json?: boolean;
}

/** Adds the verbs with which a person answers in a chat herself. */
export function registerChatCommands(program: Command, context: CliContext): void {
  const chats = program
    .command('chats')
    .alias('takeover')
    .description('answer in a chat yourself, while the bot is silent');
  chats
    .command('list')
    .description('list chats that ask for a person or have one')
    .option('--json', 'print JSON')
    .action(async (options: Json) => {
      const lines = await context.withDeps((deps) => listChats(deps));
      context.print(lines, lines.length ? lines.map(chatLine) : ['No chat asks for a person.'], options);
    });
  const verbs = {
    take: ['take a chat; the bot is silent there', takeChat],
    release: ['give a chat back to the bot', releaseChat],
  } as const;
  for (const [verb, [description, act]] of Object.entries(verbs)) {
    chats
      .command(`${verb} <customer>`)
      .description(description)
      .option('--json', 'print JSON')
      .action((who: string, options: Json) =>
        run(context, verb, who, options, (deps, id) => act(deps, id, operatorName())),
      );
  }
  chats
    .command('say <customer> <text...>')
    .description('write in a chat you have taken')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  toli chat say +919812345678 "Your parcel left today."')
    .action((who: string, words: string[], options: Json) =>
      run(context, 'say', who, options, (deps, id) => sayInChat(deps, id, operatorName(), words.join(' '))),
    );
}

async function run(
  context: CliContext,
  verb: string,
  who: string,
  options: Json,
  act: (deps: Deps, customerId: string) => Promise<TakeoverAnswer>,
): Promise<void> {
  const answer = await context.withDeps(async (deps) => {
    const { _id: customerId } = await whichCustomer(deps, who);
    return audited(deps, { actor: operatorName(), verb: `chat ${verb}`, target: customerId }, () =>
      act(deps, customerId),
    );
  });
  context.print(answer, [sentenceOf(answer)], options);
  if (answer.kind === 'no-chat' || answer.kind === 'not-taken' || answer.kind === 'held') refused();
}

function sentenceOf(answer: TakeoverAnswer): string {
  switch (answer.kind) {
    case 'taken':
      return 'The chat is yours; the bot is silent there.';
    case 'released':
      return 'The bot is back in the chat.';
    case 'said':
      return 'Queued; it leaves at once while the bot runs.';
    case 'held':
      return `The chat is held by ${answer.by}.`;
    case 'no-chat':
      return 'This customer has never written.';
    case 'not-taken':
      return 'Take the chat first: toli chat take <customer>.';
    default:
      return answer satisfies never;
  }
}

function chatLine(line: Awaited<ReturnType<typeof listChats>>[number]): string {
  const since = line.since.toISOString();
  return line.state === 'taken'
    ? `${line.customerId}  taken by ${line.by} since ${since}, until ${line.until?.toISOString()}`
    : `${line.customerId}  asked for a person at ${since}`;
}
