import type { Command } from 'commander';
import { audited } from '#domain/audits';
import type { Deps } from '#domain/deps';
import { listChats, releaseChat, sayInChat, type TakeoverAnswer, takeChat } from '#domain/takeover';
import { type CliContext, HOME_MARKET, operatorName, refused } from './context.ts';
import { showInstant } from './read-instant.ts';
import { whichCustomer } from './which-customer.ts';

const DEMO_PHONE = '+919812345678';

interface Json {
  readonly json?: boolean;
}

/** Adds `toli chat`: a chat as a shopper in this terminal, and the verbs with which a person answers in the bot's place. */
export function registerChatCommands(program: Command, context: CliContext): void {
  const chats = program
    .command('chat')
    .description('chat as a shopper in this terminal, or answer in a chat yourself while the bot is silent')
    .option('--phone <number>', 'the phone you write from', DEMO_PHONE)
    .option('--url <address>', 'where Toli runs; on this machine, at PORT, unless told')
    .addHelpText('after', `\nExample:\n  toli chat --phone ${DEMO_PHONE}\n`)
    .action(({ phone, url }: { phone: string; url?: string }) =>
      context.terminalChat({ phone, url: url ?? `http://127.0.0.1:${process.env['PORT'] ?? 3000}` }),
    );
  chats
    .command('list')
    .description('list chats that ask for a person or have one')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  toli chat list\n')
    .action(async (options: Json) => {
      const { rows, zone } = await context.withDeps(async (deps) => {
        return { rows: await listChats(deps), zone: deps.rulesOf(HOME_MARKET).zone };
      });
      const lines = rows.map((row) => chatLine(row, zone));
      context.print(rows, lines.length > 0 ? lines : ['No chat asks for a person.'], options);
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
      .addHelpText('after', `\nExample:\n  toli chat ${verb} ${DEMO_PHONE}\n`)
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
    const what = { actor: operatorName(), verb: `chat ${verb}`, target: customerId };
    return audited(deps, what, () => act(deps, customerId), isDone);
  });
  context.print(answer, [sentenceOf(answer)], options);
  if (!isDone(answer)) refused();
}

function isDone({ kind }: TakeoverAnswer): boolean {
  return kind === 'taken' || kind === 'said' || kind === 'released';
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

function chatLine(line: Awaited<ReturnType<typeof listChats>>[number], zone: string): string {
  const since = showInstant(line.since, zone);
  return line.state === 'taken'
    ? `${line.customerId}  taken by ${line.by} since ${since}${line.until ? `, until ${showInstant(line.until, zone)}` : ''}`
    : `${line.customerId}  asked for a person at ${since}`;
}
