const PHONES = 'toli-simulator-phones';
const FORWARDS = 'toli-simulator-forwards';
const DEMO = [
  { name: 'Asha', phone: '+919812345601' },
  { name: 'Ravi', phone: '+919812345602' },
  { name: 'Meena', phone: '+919812345603' },
];

function read(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch (error) {
    console.warn('This browser does not keep the phones', error);
  }
}

export const loadPhones = () => read(PHONES, DEMO);
export const savePhones = (phones) => write(PHONES, phones);

/** Messages between two simulator phones never reach the bot, so they live in this browser only. */
export const loadForwards = (phone) => read(FORWARDS, {})[phone] ?? [];
export function saveForward(phone, message) {
  const all = read(FORWARDS, {});
  write(FORWARDS, { ...all, [phone]: [...(all[phone] ?? []), message].slice(-50) });
}
export function dropForwards(phone) {
  const { [phone]: _, ...rest } = read(FORWARDS, {});
  write(FORWARDS, rest);
}
