async function call(path, body) {
  const init = body
    ? { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    : undefined;
  const response = await fetch(`/simulator/api${path}`, init);
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw new Error(answer.error?.message ?? `the server answered ${response.status}`);
}

export const sendMessage = (message) => call('/messages', message);
export const linkCustomer = (phone, importId) => call('/link', { phone, importId });
export const readClock = () => call('/clock');
export const moveClock = (advanceSeconds) => call('/clock', { advanceSeconds });

/**
 * Follows the messages of several phones over one connection and comes back after a break.
 * `seen` tells where to go on for each phone; `follow` starts again, for example with another phone.
 */
export function openStream({ phones, seen, onMessage, onTyping, onState }) {
  let source;
  let retry;
  const follow = () => {
    source?.close();
    clearTimeout(retry);
    const list = phones();
    if (list.length === 0) return;
    const query = list.map((phone) => `phone=${encodeURIComponent(`${phone}:${seen(phone)}`)}`).join('&');
    source = new EventSource(`/simulator/api/stream?${query}`);
    source.addEventListener('open', () => onState(true));
    source.addEventListener('message', (event) => onMessage(JSON.parse(event.data)));
    source.addEventListener('typing', (event) => onTyping(JSON.parse(event.data).phone));
    source.addEventListener('error', () => {
      source.close();
      onState(false);
      retry = setTimeout(follow, 1500);
    });
  };
  return { follow };
}
