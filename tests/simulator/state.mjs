// Everything a running simulator knows: its clock, accounts with their libraries, credentials, quirks, faults, log.
// Built from options and a seed; `reset` builds it again.

import { Library } from './library.mjs';
import { Jobs } from './jobs.mjs';
import { hash32 } from './prng.mjs';
import { setQuirks, startingQuirks } from './quirks.mjs';
import { truthOf } from './truth.mjs';
import { Wallet } from './wallet.mjs';
import { Webhooks } from './webhooks.mjs';
import { DEFAULT_COUNTS, World } from './world.mjs';

export const EPOCH_MS = Date.UTC(2026, 10, 1);
const LOG_LIMIT = 20_000;
// Accounts and workspaces number their rows in ranges of their own: 50 of each (world.mjs).
const WORKSPACE_INDEX = 50;
// What the open platform makes has ids of its own.
const OPEN_ID_OFFSET = 10_000_000_000_000;
const COUNT_NAMES = Object.keys(DEFAULT_COUNTS);

const DEMO = {
  name: 'demo', nickname: 'Demo', token: 'demo-token', access_key: 'demo-access-key',
  workspaces: [{ workspace_id: 77, name: 'Studio', videos: 12, images: 8, audio: 2, uploaded_images: 4, uploaded_videos: 1, uploaded_audio: 1, same_time: 0 }],
};

export class SimulatorState {
  constructor(options) {
    this.url = '';
    this.reset(options);
  }

  reset(options) {
    if (!['still', 'real', undefined].includes(options?.clock)) throw new RangeError(`no clock ${options.clock}: still or real`);
    this.options = { seed: 1, now_ms: EPOCH_MS, ...options };
    this.clock_ms = this.runs ? Math.max(this.options.now_ms, Date.now()) : this.options.now_ms;
    this.quirks = startingQuirks();
    this.credentials = new Map();
    this.device = new Map();
    this.issued = 0;
    this.upload_tokens = new Map();
    this.objects = new Map();
    this.faults = [];
    this.log = [];
    this.logged = 0;
    this.accounts = new Map();
    this.jobs = new Jobs(this);
    this.webhooks = new Webhooks(this);
    setQuirks(this.quirks, this.givenQuirks());
    for (const account of this.options.accounts ?? [DEMO]) this.addAccount(account);
  }

  /** Whether the clock goes on by itself; else it stands still until told. */
  get runs() {
    return this.options.clock === 'real';
  }

  get clock_ms() {
    return this.set_ms + (this.runs ? Date.now() - this.set_at : 0);
  }

  set clock_ms(ms) {
    this.set_ms = ms;
    this.set_at = Date.now();
  }

  /** What follows from the time that has passed: jobs go on, webhooks are sent. */
  async catchUp() {
    this.jobs.sweep();
    await this.webhooks.deliverDue();
  }

  /** Changes switches. Rows are spelled anew; other ids mean other libraries, built again from their seeds. */
  setQuirks(wanted) {
    const { big_ids } = this.quirks;
    setQuirks(this.quirks, wanted);
    if (big_ids !== this.quirks.big_ids) this.rebuild();
    else this.forget();
  }

  /** Back to the switches that the options gave. */
  resetQuirks() {
    this.setQuirks({ ...startingQuirks(), ...this.givenQuirks() });
  }

  givenQuirks() {
    const { ids, quirks } = this.options;
    return { big_ids: ids === 'big', string_ids: ids === 'string', ...quirks };
  }

  /** The jobs go with the libraries that they made media for. */
  rebuild() {
    this.jobs = new Jobs(this);
    for (const account of this.accounts.values()) this.stock(account);
  }

  forget() {
    for (const library of this.everyLibrary()) library.forget();
  }

  /** `given`: name, token?, access_key?, api_key?, webhook?, credits?, open_credits?, seed?, counts?, workspaces?, share_uploads_with?, share? */
  addAccount(given) {
    if (typeof given?.name !== 'string' || given.name === '') throw new RangeError('an account needs a name');
    if (this.accounts.has(given.name)) throw new RangeError(`account ${given.name} is there already`);
    const index = this.accounts.size;
    const account = {
      name: given.name, index, given, nickname: given.nickname ?? given.name, mail: given.mail ?? `${given.name}@example.test`,
      account_id: given.account_id ?? 390_000_000_000_100 + index, active_workspace_id: 0,
      wallet: new Wallet({ daily: 60, monthly: given.credits ?? 1200 }), open_wallet: new Wallet({ monthly: given.open_credits ?? 1200 }),
      webhook: { id: `${given.name}-webhook`, secret: `${given.name}-webhook-secret`, ...given.webhook },
      workspaces: (given.workspaces ?? []).map(({ workspace_id, name }) => ({ workspace_id, name, role: 'owner', member_count: 2 })),
    };
    this.stock(account);
    this.accounts.set(account.name, account);
    const permanent = { account: account.name, expires_ms: null, replaced: false };
    this.credentials.set(given.token ?? `${given.name}-token`, { ...permanent, kind: 'token' });
    this.credentials.set(given.access_key ?? `${given.name}-access-key`, { ...permanent, kind: 'access_key' });
    this.credentials.set(given.api_key ?? `${given.name}-api-key`, { ...permanent, kind: 'api_key' });
    return account;
  }

  /** Everything that an account's seed makes. The open platform begins with nothing. */
  stock(account) {
    account.libraries = this.makeLibraries(account);
    account.traces = new Map();
    const none = Object.fromEntries(COUNT_NAMES.map((name) => [name, 0]));
    account.open = this.makeLibrary(account, `${this.options.seed}/${account.name}/open`, none, [], OPEN_ID_OFFSET);
  }

  /** The personal library (0) and one per team workspace. */
  makeLibraries(account) {
    const seed = account.given.seed ?? `${this.options.seed}${account.index === 0 ? '' : `/${account.name}`}`;
    const libraries = new Map([[0, this.makeLibrary(account, seed, { ...countsOf(this.options), ...countsOf(account.given) }, this.lentTo(account))]]);
    (account.given.workspaces ?? []).forEach((workspace, i) => {
      libraries.set(workspace.workspace_id, this.makeLibrary({ ...account, index: WORKSPACE_INDEX + account.index * 5 + i }, `${seed}/${workspace.workspace_id}`, countsOf(workspace), []));
    });
    return libraries;
  }

  makeLibrary(account, seed, counts, shared, id_offset = 0) {
    const ids = this.quirks.big_ids ? 'big' : 'number';
    const world = new World({ seed, account_index: account.index, now_ms: this.options.now_ms, ids, id_offset, shared, counts });
    return new Library(world, { account_id: account.account_id, nick_name: account.nickname, email: account.mail }, this.quirks);
  }

  /** Uploads that another account also has, under the same path and ids of its own. */
  lentTo(account) {
    const lender = this.accounts.get(account.given.share_uploads_with);
    if (!lender) return [];
    return lender.libraries.get(0).list('image', 'uploaded').slice(0, account.given.share ?? 10);
  }

  /** The account named by a control request; the first one unless told. */
  account(name) {
    const account = name ? this.accounts.get(name) : this.accounts.values().next().value;
    if (!account) throw new RangeError(`no account ${name ?? ''}`.trimEnd());
    return account;
  }

  /** The library named by a control request; the personal one unless told, 'open' for what the open platform made. */
  library(name, workspace) {
    const account = this.account(name);
    const library = workspace === 'open' ? account.open : account.libraries.get(Number(workspace ?? 0));
    if (!library) throw new RangeError(`no library ${name ?? ''} ${workspace ?? ''}`.trimEnd());
    return library;
  }

  /** The truth of one library; of all accounts' personal ones together for '*', as one owner would have it. */
  truth(name, workspace) {
    this.jobs.sweep();
    const truth = name === '*' ? truthOf([...this.accounts.values()].flatMap((a) => a.libraries.get(0).world.assets)) : this.library(name, workspace).truth();
    const text = JSON.stringify(truth);
    return { ...truth, digest: [1, 2, 3, 4].map((salt) => hash32(text, salt).toString(16).padStart(8, '0')).join('') };
  }

  everyLibrary() {
    return [...this.accounts.values()].flatMap((account) => [...account.libraries.values(), account.open]);
  }

  /** Whether a path is one that a job promised and has not made yet. */
  isPromised(key) {
    return this.everyLibrary().some((library) => library.promised.has(key));
  }

  record(entry) {
    this.logged += 1;
    this.log.push({ n: this.logged, at: new Date(this.clock_ms).toISOString(), ...entry });
    if (this.log.length > LOG_LIMIT) this.log.shift();
  }
}

function countsOf(given) {
  return Object.fromEntries(COUNT_NAMES.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]));
}
