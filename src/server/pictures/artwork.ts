/** Describes a motif: the panel's two background colours and flat shapes drawn in a square of 400 × 400. */
export interface Motif {
  readonly from: string;
  readonly to: string;
  readonly shapes: string;
}

const ground = '<ellipse cx="200" cy="352" rx="140" ry="16" fill="#000" opacity=".12"/>';
const shine = (d: string) => `<path d="${d}" fill="#fff" opacity=".25"/>`;

function sack(cloth: string, band: string, emblem: string): string {
  return `${ground}<path d="M112 118q-6-28 20-34 68 14 136 0 26 6 20 34 26 110 4 218-4 16-22 16H130q-18 0-22-16-22-108 4-218z" fill="${cloth}"/>
<path d="M120 120q80 18 160 0l6 22q-86 20-172 0z" fill="${band}"/><path d="M100 214h200q6 52 0 92H100q-6-40 0-92z" fill="#fff" opacity=".92"/>
${emblem}${shine('M116 150q-22 94-6 186h18q-18-90-2-186z')}`;
}

function bottle(body: string, cap: string, label: string): string {
  return `${ground}<rect x="168" y="46" width="64" height="40" rx="8" fill="${cap}"/><path d="M172 86h56v24q52 26 52 78v140q0 22-22 22H142q-22 0-22-22V188q0-52 52-78z" fill="${body}"/>
<rect x="120" y="206" width="160" height="96" fill="#fff" opacity=".92"/>${label}${shine('M138 196q0-44 40-64v14q-22 18-22 50v140h-18z')}`;
}

function box(front: string, side: string, label: string): string {
  return `${ground}<path d="M96 120l46-34h190l-40 34z" fill="${side}"/><path d="M292 120l40-34v226l-40 38z" fill="${side}" opacity=".75"/>
<rect x="96" y="120" width="196" height="230" rx="4" fill="${front}"/>${label}`;
}

const leaf = (x: number, y: number, turn: number, fill: string) =>
  `<path transform="translate(${x} ${y}) rotate(${turn})" d="M0 0q26-22 0-58-26 36 0 58z" fill="${fill}"/>`;
const grain = (x: number, y: number, turn: number, fill: string) =>
  `<ellipse cx="${x}" cy="${y}" rx="7" ry="16" transform="rotate(${turn} ${x} ${y})" fill="${fill}"/>`;
const wheat = `<path d="M200 296v-66" stroke="#b7791f" stroke-width="5"/>${[236, 254, 272]
  .map((y) => grain(186, y, -35, '#d69e2e') + grain(214, y, 35, '#d69e2e'))
  .join('')}${grain(200, 226, 0, '#d69e2e')}`;
const rice = [
  [168, 250, 20],
  [196, 238, -30],
  [226, 252, 60],
  [180, 280, -60],
  [212, 282, 15],
  [238, 284, -20],
]
  .map(([x, y, turn]) => grain(x!, y!, turn!, '#c9b48a'))
  .join('');
const pulses = [
  [164, 250],
  [188, 238],
  [212, 248],
  [236, 240],
  [176, 276],
  [202, 270],
  [228, 274],
  [190, 294],
  [216, 294],
]
  .map(([x, y]) => `<circle cx="${x}" cy="${y}" r="11" fill="#dd9b1f"/>`)
  .join('');
const drop = (fill: string) => `<path d="M200 222q32 38 0 66-32-28 0-66z" fill="${fill}"/>`;
const sprig = `${leaf(200, 292, 0, '#4a9d5f')}${leaf(198, 292, -55, '#68b47a')}${leaf(202, 292, 55, '#68b47a')}`;

const MOTIFS = {
  atta: { from: '#fdf0d5', to: '#f6d9a4', shapes: sack('#d9a35f', '#b97f3c', wheat) },
  rice: { from: '#e7f3ee', to: '#bfe0d2', shapes: sack('#4f9d86', '#37796a', rice) },
  dal: { from: '#fff3d6', to: '#ffdf9a', shapes: sack('#d9713c', '#b4552a', pulses) },
  oil: { from: '#fff7d1', to: '#f8e08a', shapes: bottle('#e8b21e', '#b4541f', drop('#e8b21e')) },
  shampoo: { from: '#e4f4e6', to: '#b6dfbf', shapes: bottle('#3f9363', '#27613f', sprig) },
  ghee: {
    from: '#fff5db',
    to: '#fbdc9c',
    shapes: `${ground}<rect x="120" y="84" width="160" height="40" rx="10" fill="#b4541f"/><path d="M112 132q0-10 10-10h156q10 0 10 10v196q0 22-22 22H134q-22 0-22-22z" fill="#f0b429"/>
<rect x="112" y="190" width="176" height="100" fill="#fff" opacity=".92"/>${drop('#f0b429').replace('M200 222', 'M200 206')}${shine('M128 136h16v198q-16-4-16-20z')}`,
  },
  tea: {
    from: '#e6f2e0',
    to: '#bcdcae',
    shapes: box(
      '#3d7a4a',
      '#2c5a36',
      `<circle cx="194" cy="236" r="66" fill="#fff" opacity=".92"/>${leaf(194, 276, 0, '#3d7a4a')}${leaf(190, 276, -50, '#68a876')}${leaf(198, 276, 50, '#68a876')}`,
    ),
  },
  biscuits: {
    from: '#fdeee0',
    to: '#f5cfa6',
    shapes: `${ground}${[
      [130, 250, 74],
      [262, 256, 70],
      [198, 176, 82],
    ]
      .map(
        ([x, y, r]) =>
          `<circle cx="${x}" cy="${y}" r="${r}" fill="#d3924d"/><circle cx="${x}" cy="${y}" r="${r! - 12}" fill="#e3ab69"/>${[
            0, 72, 144, 216, 288,
          ]
            .map(
              (turn) =>
                `<circle cx="${x! + Math.cos(turn / 57.3) * r! * 0.45}" cy="${y! + Math.sin(turn / 57.3) * r! * 0.45}" r="7" fill="#8a5527"/>`,
            )
            .join('')}`,
      )
      .join('')}`,
  },
  soap: {
    from: '#e3f1fb',
    to: '#b5daf3',
    shapes: `${ground}<rect x="86" y="196" width="228" height="142" rx="58" fill="#5b9bd5"/><rect x="86" y="180" width="228" height="136" rx="58" fill="#86bdea"/><rect x="122" y="206" width="156" height="84" rx="38" fill="none" stroke="#fff" stroke-width="6" opacity=".8"/>
${[
  [130, 132, 28],
  [184, 92, 18],
  [232, 138, 36],
  [286, 98, 22],
]
  .map(
    ([x, y, r]) =>
      `<circle cx="${x}" cy="${y}" r="${r}" fill="#fff" opacity=".75"/><circle cx="${x! - r! * 0.3}" cy="${y! - r! * 0.3}" r="${r! * 0.22}" fill="#86bdea"/>`,
  )
  .join('')}`,
  },
  sari: {
    from: '#fde6ef',
    to: '#f5b8d0',
    shapes: `${ground}<path d="M92 110q108-44 216 0v236H92z" fill="#c2255c"/><path d="M92 110q108-44 216 0v34q-108-44-216 0z" fill="#f0b429"/><path d="M92 312h216v34H92z" fill="#f0b429"/>
<path d="M226 92q40 6 82 18v236h-54q26-130-28-254z" fill="#a01549"/>${[128, 172, 216]
      .map((x) => [178, 226, 274].map((y) => `<path d="M${x} ${y - 13}l10 13-10 13-10-13z" fill="#f0b429"/>`).join(''))
      .join('')}`,
  },
  kurta: {
    from: '#e5eefb',
    to: '#b9d0f3',
    shapes: `${ground}<path d="M150 70l-76 56 26 88 34-16v148h132V198l34 16 26-88-76-56q-50 34-100 0z" fill="#3f6fb5"/><path d="M150 70q50 34 100 0l-10-8q-40 24-80 0z" fill="#f2c14e"/>
<path d="M194 92h12v100h-12z" fill="#f2c14e"/>${[112, 138, 164].map((y) => `<circle cx="200" cy="${y}" r="4" fill="#3f6fb5"/>`).join('')}<path d="M134 326h132v20H134z" fill="#f2c14e"/>`,
  },
  'phone-case': {
    from: '#efe9fb',
    to: '#cfc0f2',
    shapes: `${ground}<rect x="118" y="54" width="164" height="296" rx="30" fill="#6b4fbb"/><rect x="132" y="68" width="136" height="268" rx="20" fill="#8e75d6"/><rect x="146" y="82" width="56" height="70" rx="18" fill="#4d3692"/><circle cx="174" cy="104" r="12" fill="#cfc0f2"/><circle cx="174" cy="132" r="8" fill="#cfc0f2"/>
<path d="M200 216q20-26 40-4 14 22-40 60-54-38-40-60 20-22 40 4z" fill="#fff" opacity=".85"/>`,
  },
  lamp: {
    from: '#fff6d9',
    to: '#ffe39a',
    shapes: `${ground}<circle cx="200" cy="180" r="132" fill="#fff" opacity=".45"/><path d="M152 84q48-44 96 0" fill="none" stroke="#37796a" stroke-width="14"/><rect x="136" y="88" width="128" height="30" rx="10" fill="#2c5a50"/><rect x="146" y="118" width="108" height="150" rx="12" fill="#ffd75e"/><rect x="178" y="134" width="44" height="118" rx="22" fill="#fff"/>
<path d="M126 268h148l14 82H112z" fill="#37796a"/><circle cx="200" cy="310" r="14" fill="#ffd75e"/>`,
  },
  'pressure-cooker': {
    from: '#fdebe0',
    to: '#f4c3a4',
    shapes: `${ground}<rect x="186" y="72" width="28" height="42" rx="6" fill="#3b4650"/><path d="M108 146q92-56 184 0z" fill="#aab8c2"/><rect x="96" y="142" width="208" height="24" rx="10" fill="#8697a3"/><path d="M104 166h192v150q0 34-34 34H138q-34 0-34-34z" fill="#c3ced6"/>
<rect x="288" y="142" width="88" height="26" rx="13" fill="#3b4650"/><rect x="28" y="196" width="78" height="22" rx="11" fill="#3b4650"/>${shine('M122 176h20v158q-20-4-20-24z')}<path d="M176 52q-12-18 4-30M224 52q12-18-4-30" stroke="#8697a3" stroke-width="6" fill="none" stroke-linecap="round"/>`,
  },
  toys: {
    from: '#fdeaea',
    to: '#f7c3c3',
    shapes: `${ground}${[
      [92, 236, '#e4572e'],
      [208, 236, '#2e86ab'],
      [150, 122, '#f2b705'],
    ]
      .map(
        ([x, y, fill]) =>
          `<rect x="${Number(x) + 18}" y="${Number(y) - 14}" width="24" height="20" rx="4" fill="${fill}"/><rect x="${Number(x) + 60}" y="${Number(y) - 14}" width="24" height="20" rx="4" fill="${fill}"/><rect x="${x}" y="${y}" width="102" height="110" rx="8" fill="${fill}"/><circle cx="${Number(x) + 51}" cy="${Number(y) + 56}" r="24" fill="#fff" opacity=".85"/>`,
      )
      .join('')}`,
  },
  'school-bag': {
    from: '#e2f0fa',
    to: '#afd4ee',
    shapes: `${ground}<path d="M158 98q0-44 42-44t42 44" fill="none" stroke="#1d4e73" stroke-width="14"/><path d="M100 168q0-78 78-78h44q78 0 78 78v152q0 30-30 30H130q-30 0-30-30z" fill="#2e7cb8"/><rect x="132" y="222" width="136" height="98" rx="16" fill="#f2b705"/><rect x="132" y="222" width="136" height="30" rx="14" fill="#d99a02"/><rect x="190" y="240" width="20" height="26" rx="4" fill="#1d4e73"/><path d="M140 148h120" stroke="#1d4e73" stroke-width="8" stroke-linecap="round"/>`,
  },
  cup: {
    from: '#fbe9e7',
    to: '#f3bdb5',
    shapes: `${ground}<path d="M276 170h24q40 0 40 44t-40 44h-30" fill="none" stroke="#b8432f" stroke-width="20"/><path d="M92 142h192v130q0 76-76 76h-40q-76 0-76-76z" fill="#d9583f"/><path d="M92 190h192v38H92z" fill="#fff" opacity=".85"/><path d="M150 118q-14-22 4-40M196 118q-14-26 4-50M242 118q-14-22 4-40" stroke="#b8432f" stroke-width="8" fill="none" stroke-linecap="round" opacity=".6"/>`,
  },
  heart: {
    from: '#fdecf2',
    to: '#f7c6d8',
    shapes: `${ground}<path d="M200 40v70" stroke="#8a5527" stroke-width="6"/><path d="M200 148q44-66 98-26 44 60-98 200-142-140-98-200 54-40 98 26z" fill="#d6336c"/><circle cx="200" cy="212" r="34" fill="#ffe9b0"/>${shine('M130 140q-22 30 14 84 4-50 22-92-24-6-36 8z')}`,
  },
  tin: {
    from: '#e8f3f1',
    to: '#b9dad4',
    shapes: `${ground}<rect x="98" y="150" width="204" height="200" rx="16" fill="#2a9d8f"/><rect x="88" y="116" width="224" height="48" rx="12" fill="#1f7a6f"/><path d="M98 214h204v72H98z" fill="#fff" opacity=".9"/><path d="M200 222q18-18 30 0 8 16-30 46-38-30-30-46 12-18 30 0z" fill="#e76f51"/>`,
  },
  gift: {
    from: '#f0eafc',
    to: '#d3c2f5',
    shapes: `${ground}<rect x="100" y="180" width="200" height="170" rx="8" fill="#7048c6"/><rect x="84" y="140" width="232" height="50" rx="8" fill="#8763d6"/><rect x="180" y="140" width="40" height="210" fill="#ffd166"/><path d="M200 140q-90-6-66-60 40-26 66 60 26-86 66-60 24 54-66 60z" fill="none" stroke="#ffd166" stroke-width="16" stroke-linejoin="round"/>`,
  },
} as const satisfies { readonly [name: string]: Motif };

/** Says what to draw for a whole category, and for words of an imported product's name. */
const BY_CATEGORY: { readonly [category: string]: keyof typeof MOTIFS } = {
  groceries: 'rice',
  snacks: 'biscuits',
  care: 'soap',
  clothing: 'kurta',
  gadgets: 'lamp',
  kitchen: 'pressure-cooker',
  children: 'toys',
};
const BY_WORD: readonly (readonly [RegExp, keyof typeof MOTIFS])[] = [
  [/\b(bag|rucksack|shopper)s?\b/i, 'school-bag'],
  [/\b(mug|cup|teacup|tea ?pot|bottle)s?\b/i, 'cup'],
  [/\bheart(s)?\b/i, 'heart'],
  [/\b(light|lamp|lantern|candle|t-light)s?\b/i, 'lamp'],
  [/\b(tin|jar|box|storage)s?\b/i, 'tin'],
  [/\b(cake|biscuit|cookie|baking|pantry)s?\b/i, 'biscuits'],
  [/\b(toy|block|doll|children|kid)s?\b/i, 'toys'],
];

/** Finds the motif of a product: its own, that of a word in its English name, that of its category, or a present. */
export function motifOf(artwork: string, category = '', englishName = ''): Motif {
  const known = (name: string) => (Object.hasOwn(MOTIFS, name) ? MOTIFS[name as keyof typeof MOTIFS] : undefined);
  const word = BY_WORD.find(([pattern]) => pattern.test(englishName))?.[1] ?? '';
  const own = known(artwork);
  return own ?? known(word) ?? known(Object.hasOwn(BY_CATEGORY, category) ? BY_CATEGORY[category]! : '') ?? MOTIFS.gift;
}

/** Lists every motif there is, for tests and contact sheets. */
export const MOTIF_NAMES = Object.keys(MOTIFS);
