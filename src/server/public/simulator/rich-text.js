const PARTS =
  /(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]*_~]|upi:\/\/[^\s<>"']+)|\*(?=\S)([^*\n]+?)\*|(?<![\p{L}\p{N}_])_(?=\S)([^_\n]+?)_(?![\p{L}\p{N}_])|~(?=\S)([^~\n]+?)~/gu;

function element(name, text) {
  const node = document.createElement(name);
  node.textContent = text;
  return node;
}

function link(address, onOpen) {
  const node = element('a', address);
  node.href = address.startsWith('upi:') ? '#' : address;
  node.addEventListener('click', (event) => {
    event.preventDefault();
    onOpen(address);
  });
  return node;
}

/** Turns a text with *bold*, _slanted_, ~struck~ and links into nodes; nothing in it is ever read as HTML. */
export function richText(text, onOpen) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(PARTS)) {
    nodes.push(text.slice(end, match.index));
    const [whole, address, bold, slanted, struck] = match;
    if (address) nodes.push(link(address, onOpen));
    else if (bold) nodes.push(element('b', bold));
    else if (slanted) nodes.push(element('i', slanted));
    else nodes.push(element('s', struck));
    end = match.index + whole.length;
  }
  nodes.push(text.slice(end));
  return nodes;
}
