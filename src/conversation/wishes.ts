import type { Intent } from './intents.ts';

/** Describes what a wish sounds like, in ideas: one of `when` must be there whole, every other word must be among `beside`. */
export interface Wish {
  readonly intent: Intent;
  readonly when: readonly (readonly string[])[];
  readonly beside: ReadonlySet<string>;
  readonly never: ReadonlySet<string>;
}

/** Lists ideas that may stand in any wish without changing it. A "no" is never among them. */
const ANYWHERE = 'FILLER DO ME MY SHOW WANT GIVE SEND DONE WHAT THIS CAN NUMBER-SIGN';

function wish(intent: Intent, when: string, beside: string, never = ''): Wish {
  const patterns = when.split(', ').map((pattern) => pattern.split(' '));
  const words = [...patterns.flat(), ...beside.split(' '), ...ANYWHERE.split(' ')];
  const excluded = never.split(' ').filter((idea) => idea !== '');
  return { intent, when: patterns, beside: new Set(words), never: new Set(excluded) };
}

/** Lists all wishes, written from what the intents mean. */
export const WISHES: readonly Wish[] = [
  wish('menu', 'MENU, BEGIN GO', 'AGAIN BACK LIST'),
  wish('back', 'BACK', 'GO'),
  wish('cancel', 'CANCEL, FORGETIT, NEG ORDER DO, NEG WANT THIS', 'MORE BUY'),
  wish(
    'help',
    'HELP, CONFUSED, NEG UNDERSTAND, HOW WORK, HOW USE, EXPLAIN, WHAT SHOULD, WHAT DO SHOW, WHAT CAN DO',
    'HOW ARRIVE',
  ),
  wish('human', 'HUMAN, TALK SOMEONE, CALL ME, CALL SOMEONE, CALL DO', 'TALK REAL NUMBER HAVE'),
  wish('language', 'LANGUAGE, LANGNAME, LANGNAME TALK, LANGNAME CHANGE, LANGNAME WRITE', 'NEG UNDERSTAND'),
  wish('stop', 'STOP, NEG SEND, NEG MESSAGE, NEG DEAL', 'MORE AGAIN ALL LIST'),
  wish(
    'start',
    'START MESSAGE, START AGAIN, SUBSCRIBE, AGAIN MESSAGE, AGAIN DEAL, ON MESSAGE, START DEAL SEND',
    'MORE',
  ),
  wish(
    'my-orders',
    'ORDER MY, ORDER SHOW, ORDER STATUS, ORDER WHERE, ORDER WHEN, ORDER TRACK, ORDER OLD, ORDER WHAT, ' +
      'PARCEL MY, PARCEL WHERE, PARCEL WHEN, PARCEL TRACK, PARCEL STATUS',
    'ARRIVE ALL LIST HOWMANY YET',
  ),
  wish(
    'my-team',
    'TEAM MY, TEAM SHOW, TEAM STATUS, TEAM HOWMANY, TEAM WHO, TEAM FULL, TEAM PEOPLE, TEAM WHEN, TEAM HOW MY, ' +
      'HOWMANY PEOPLE, HOWMANY JOIN',
    'ARRIVE MORE YET NEG',
  ),
  wish('my-money', 'MONEY MY, MONEY WHERE, MONEY SHOW, MONEY HOWMANY, BALANCE, HISAB', 'ACCOUNT GO HAVE'),
  wish(
    'invite',
    'INVITE, LINK MY, LINK SHARE, LINK SEND, LINK WANT, LINK GIVE, FRIEND JOIN, FRIEND SHARE, FRIEND HOWMANY LINK',
    'CODE HOW HOWMANY ARRIVE PEOPLE',
  ),
  wish(
    'browse',
    'DEAL, CHEAP, TODAY GET, TODAY SELL, SELL WHAT, GET WHAT, LIST PARCEL, LIST SHOW, PARCEL SHOW, LIST SEND',
    'PRICE GOOD ALL HAVE MORE',
    'MY',
  ),
  wish('search', 'GOODS', 'FIND HAVE PRICE HOWMANY GET BUY GOOD CHEAP SELL ARRIVE TODAY', 'MY'),
  wish(
    'join-team',
    'TEAM JOIN, TEAM MAKE, TEAM START, TEAM TAKE, TOGETHER BUY, TEAM TOGETHER',
    'FRIEND SOMEONE HOW GO',
  ),
  wish(
    'profile',
    'ADDRESS CHANGE, ADDRESS MY, ADDRESS WRONG, NAME CHANGE, NAME WRONG, NUMBER CHANGE, PROFILE, MOVED',
    'CODE',
    'DELETE',
  ),
  wish(
    'why-pending',
    'REFUND, PENDING, REWARD WHEN, REWARD WHERE, REWARD WHY, REWARD NEG, REWARD WHAT, MONEY RETURN, MONEY WHEN, ' +
      'MONEY NEG ARRIVE, CUT MONEY',
    'YET INVITE STATUS ARRIVE PAY',
  ),
  wish(
    'payment-done',
    'PAID, PAY DONE, MONEY SENT, MONEY SEND DONE, MONEY GIVE DONE, PAYAPP DONE, PAYAPP SENT',
    'SEND',
  ),
  wish(
    'export-data',
    'DATA SEND, DATA SHOW, DATA WANT, DATA GIVE, DATA DOWNLOAD, DATA COPY, DATA WHAT, DATA MY, INFO DOWNLOAD, INFO COPY, ' +
      'INFO ABOUT, INFO MY SHOW, INFO MY GIVE, INFO MY SEND',
    'ALL SYSTEM HAVE',
  ),
  wish(
    'delete-data',
    'DATA DELETE, ACCOUNT DELETE, ACCOUNT STOP, INFO DELETE, NUMBER DELETE, PROFILE DELETE, ALL DELETE, ABOUT DELETE',
    'SYSTEM FOREVER ALL ABOUT',
  ),
];
