/** Shows a dialog of the page; resolves with its fields as an object, or undefined when it was left. */
export function askDialog(id, values = {}) {
  const dialog = document.getElementById(id);
  const form = dialog.querySelector('form');
  form.reset();
  for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      'close',
      () => resolve(dialog.returnValue === 'ok' ? Object.fromEntries(new FormData(form)) : undefined),
      { once: true },
    );
  });
}

/** Lets one of several phones be chosen; resolves with it, or undefined. */
export function choosePhone(title, preview, phones) {
  const dialog = document.getElementById('choose');
  dialog.querySelector('h2').textContent = title;
  dialog.querySelector('.preview').textContent = preview;
  const buttons = phones.map(({ name, phone }) => {
    const button = document.createElement('button');
    button.value = phone;
    button.textContent = `${name} · ${phone}`;
    return button;
  });
  dialog.querySelector('.list').replaceChildren(...buttons);
  dialog.returnValue = '';
  dialog.showModal();
  buttons[0]?.focus();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(phones.find(({ phone }) => phone === dialog.returnValue)), {
      once: true,
    });
  });
}

/** Opens and closes a small menu with its button; Escape and a click elsewhere close it. */
export function wireMenu(button, menu, onChoose) {
  const show = (open) => {
    menu.hidden = !open;
    button.setAttribute('aria-expanded', String(open));
    if (open) menu.querySelector('button').focus();
  };
  button.addEventListener('click', () => show(menu.hidden));
  menu.addEventListener('click', (event) => {
    const chosen = event.target.closest('button');
    if (!chosen) return;
    show(false);
    button.focus();
    onChoose(chosen.dataset);
  });
  menu.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      show(false);
      button.focus();
    }
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!move) return;
    event.preventDefault();
    const items = [...menu.querySelectorAll('button')];
    items[(items.indexOf(document.activeElement) + move + items.length) % items.length].focus();
  });
  document.addEventListener('pointerdown', (event) => {
    if (!menu.hidden && !menu.contains(event.target) && event.target !== button) show(false);
  });
}
