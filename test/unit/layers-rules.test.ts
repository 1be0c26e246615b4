import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const everything = [
  '#models',
  '#flows',
  '#seed',
  '#lib',
  '#ports',
  '#conversation',
  '#domain',
  '#ml',
  '#channels',
].concat(['#payments', '#bot', '#server', '#worker', '#cli', '#main', '#test']);

/** Says which folders each folder of the house may import, as docs/decisions/layers.md does. */
const house: { readonly [folder: string]: readonly string[] } = {
  models: [],
  flows: ['#conversation', '#domain', '#models', '#ports'],
  seed: ['#lib', '#models', '#domain'],
  'src/lib': [],
  'src/ports': ['#lib'],
  'src/conversation': ['#lib'],
  'src/domain': ['#lib', '#models', '#ports'],
  'src/ml': [],
  'src/channels': ['#lib', '#ports'],
  'src/payments': ['#lib', '#ports'],
  'src/bot': ['#lib', '#ports', '#conversation', '#domain', '#flows', '#models'],
  'src/server': ['#lib', '#ports', '#domain'],
  'src/worker': ['#lib', '#ports', '#domain', '#ml', '#models'],
  'src/cli': ['#lib', '#ports', '#domain', '#worker', '#seed', '#flows', '#models'],
  'src/main': everything.filter((alias) => alias !== '#test'),
};
const folders = Object.keys(house);

let tree: string;
/** Holds `file:line` of everything Biome refused in the planted tree. */
let refused: Set<string>;

/** Plants one file and remembers its lines; each is judged alone. */
function plant(path: string, lines: readonly string[]): void {
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  writeFileSync(join(tree, path), `${lines.join('\n')}\n`);
}

function lint(): Set<string> {
  const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  const args = [biome, 'lint', '--reporter=github', '--max-diagnostics=none', '.'];
  const { stdout } = spawnSync(process.execPath, args, { cwd: tree, encoding: 'utf8' });
  const found = new Set<string>();
  for (const [, rule, path, line] of stdout.matchAll(/title=([\w/]+),file=([^,]+),line=(\d+)/g))
    if (rule === 'plugin' || rule?.endsWith('noRestrictedImports'))
      found.add(`${relative(tree, resolve(tree, path ?? ''))}:${line}`);
  return found;
}

/** Forms of an import that must all be seen; `from` is what is imported. */
const forms = (from: string) => [
  `import '${from}';`,
  `import type { A } from '${from}';`,
  `import { type B } from '${from}';`,
  `export * from '${from}';`,
  `export const c = () => import('${from}');`,
  `export type D = import('${from}').D;`,
];
const escapes = ['../../outside/x.ts', './../../outside/x.ts', './deeper/../../../outside/x.ts'];
const packages = ['mongoose', 'mongodb', '@whiskeysockets/baileys', 'express', 'ml-matrix', 'left-pad/deep'];
/** Which of `packages` a folder may use; the others take any package that does not reach the database or a channel. */
const packagesOf: { readonly [folder: string]: readonly string[] } = {
  models: ['mongoose'],
  flows: [],
  seed: ['mongoose'],
  'src/lib': ['mongoose', 'express', 'ml-matrix', 'left-pad/deep'],
  'src/ports': [],
  'src/conversation': [],
  'src/domain': ['mongoose'],
  'src/ml': ['ml-matrix'],
  'src/main': ['mongoose', 'express', 'ml-matrix', 'left-pad/deep'],
};
const otherPackages = ['express', 'ml-matrix', 'left-pad/deep'];
const inOwnFolder = ['./near.ts', './deeper/near.ts'];

beforeAll(() => {
  tree = realpathSync(mkdtempSync(join(tmpdir(), 'toli-layers-')));
  const config = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
  writeFileSync(join(tree, 'biome.json'), JSON.stringify({ ...config, vcs: { enabled: false } }));
  for (const file of ['biome.layers.json', 'no-import-types.grit']) cpSync(join(root, file), join(tree, file));
  for (const folder of folders) {
    plant(
      `${folder}/aliases.ts`,
      everything.map((alias) => `import '${alias}/planted';`),
    );
    plant(
      `${folder}/deeper/aliases.ts`,
      everything.map((alias) => `import '${alias}/planted';`),
    );
    plant(`${folder}/forms.ts`, forms('#test/planted'));
    plant(
      `${folder}/packages.ts`,
      packages.map((name) => `import '${name}';`),
    );
    plant(
      `${folder}/deeper/packages.ts`,
      packages.map((name) => `import '${name}';`),
    );
    plant(
      `${folder}/near.ts`,
      inOwnFolder.map((path) => `import '${path}';`),
    );
    plant(
      `${folder}/escapes.ts`,
      escapes.map((path) => `import '${path}';`),
    );
    plant(
      `${folder}/deeper/escapes.ts`,
      ['../../../outside/x.ts', '../near/../../outside/x.ts'].map((path) => `import '${path}';`),
    );
  }
  plant('src/channels/baileys/socket.ts', ["import '@whiskeysockets/baileys';", "import '../simulator/channel.ts';"]);
  plant('src/channels/simulator/channel.ts', ["import '@whiskeysockets/baileys';", "import '../baileys/socket.ts';"]);
  plant('src/server/words.ts', ["import '#flows/copy/en';", "import '#flows/browse';"]);
  refused = lint();
});
afterAll(() => rmSync(tree, { recursive: true, force: true }));

const passed = (path: string, subjects: readonly string[]) =>
  subjects.filter((_, index) => !refused.has(`${path}:${index + 1}`));

/** Reads a name of the table: "src/channels/<one>/" is src/channels, "src/main.ts" and "src/main/" are src/main. */
const folderOf = (name: string) => name.replace(/\.ts.*|\/(<one>\/)?`.*/, '');

function aliasesOf(arrows: string): string[] {
  if (arrows.startsWith('everything')) return everything.filter((alias) => alias !== '#test').sort();
  const names = arrows.match(/[a-z]+(?:\/copy)?/g) ?? [];
  return names
    .filter((name) => name !== 'flows/copy')
    .map((name) => `#${name}`)
    .sort();
}

const sourcesIn = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `${folder}/${path}`);

/** Lists what a source imports from models beyond types. */
function modelValuesOf(source: string): string[] {
  const imports = [...source.matchAll(/import \{([^}]*)\} from '#models\//g)];
  const names = imports.flatMap(([, list = '']) => list.split(',').map((name) => name.trim()));
  return names.filter((name) => name !== '' && !name.startsWith('type '));
}

describe('the house', () => {
  test('has a rule for every folder there is', () => {
    const there = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders).toEqual(expect.arrayContaining(there.map((entry) => `src/${entry.name}`)));
  });

  test('is described by docs/decisions/layers.md as it is', () => {
    const table = readFileSync(join(root, 'docs/decisions/layers.md'), 'utf8').matchAll(/^\| `([^|]+) \| ([^|]+) \|/gm);
    const described = [...table].map(([, name = '', arrows = '']) => [folderOf(name), aliasesOf(arrows)]);
    expect(Object.fromEntries(described)).toEqual(
      Object.fromEntries(folders.map((folder) => [folder, [...(house[folder] ?? [])].sort()])),
    );
  });

  test('queries models only in the domain, the bot and the seed; the others know their names', () => {
    for (const folder of ['flows', 'src/worker', 'src/cli', 'src/server'])
      for (const file of sourcesIn(folder))
        for (const name of modelValuesOf(readFileSync(join(root, file), 'utf8')))
          expect.soft(name, `${file} imports ${name} from models`).toMatch(/^[A-Z_\d]+$/);
  });

  test('has an import alias for every folder of the rules, and no other', () => {
    const { imports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(Object.keys(imports).sort()).toEqual(everything.map((alias) => `${alias}/*`).sort());
  });
});

describe.each(folders)('%s', (folder) => {
  test('may import exactly the folders of its row', () => {
    expect(passed(`${folder}/aliases.ts`, everything).sort()).toEqual([...(house[folder] ?? [])].sort());
    expect(passed(`${folder}/deeper/aliases.ts`, everything).sort()).toEqual([...(house[folder] ?? [])].sort());
  });

  test('is refused a forbidden folder in every form of an import', () => {
    expect(passed(`${folder}/forms.ts`, forms('#test/planted'))).toEqual([]);
  });

  test('may import only the packages its work needs', () => {
    const allowed = packagesOf[folder] ?? otherPackages;
    expect(passed(`${folder}/packages.ts`, packages)).toEqual(allowed);
    expect(passed(`${folder}/deeper/packages.ts`, packages)).toEqual(allowed);
  });

  test('may import its own files', () => {
    expect(passed(`${folder}/near.ts`, inOwnFolder)).toEqual(inOwnFolder);
  });

  test.skipIf(folder === 'src/main')('is refused a path that climbs out of it', () => {
    expect(passed(`${folder}/escapes.ts`, escapes)).toEqual([]);
    expect(passed(`${folder}/deeper/escapes.ts`, ['far', 'winding'])).toEqual([]);
  });
});

describe('channels and pages', () => {
  test('only src/channels/baileys may use Baileys, and no channel knows another', () => {
    expect(passed('src/channels/baileys/socket.ts', ['package', 'other channel'])).toEqual(['package']);
    expect(passed('src/channels/simulator/channel.ts', ['package', 'other channel'])).toEqual([]);
  });

  test('the server reads the copy of the flows, and no flow', () => {
    expect(passed('src/server/words.ts', ['copy', 'flow'])).toEqual(['copy']);
  });
});
