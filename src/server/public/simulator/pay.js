const said = document.querySelector('[role=status]');
const buttons = [...document.querySelectorAll('button[data-event]')];

async function report(event) {
  const response = await fetch('/simulator/api/payments', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...event, paymentId: `page-${crypto.randomUUID()}` }),
  });
  if (response.ok) return;
  const { error } = await response.json();
  throw new Error(error.message);
}

async function pay(button) {
  for (const other of buttons) other.disabled = true;
  said.textContent = 'Paying…';
  try {
    for (let n = 0; n < Number(button.dataset.times); n++) await report(JSON.parse(button.dataset.event));
    said.textContent = 'Done. The answer comes in the chat.';
  } catch (error) {
    said.textContent = `That did not work: ${error.message}`;
  } finally {
    for (const other of buttons) other.disabled = false;
  }
}

for (const button of buttons) button.addEventListener('click', () => pay(button));
