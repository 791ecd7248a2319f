// Every English text of the page, by place. Sentences with numbers are functions.

import type { AssetSummary, LineageState, MediaType, Mode, Operation, Relation, Run, Status } from './api/types';

const NUMBER = new Intl.NumberFormat('en');

export const number = (value: number): string => NUMBER.format(value);

export const count = (value: number, one: string, many = `${one}s`): string =>
  `${number(value)} ${value === 1 ? one : many}`;

export const app = {
  name: 'Driftline',
  skip: 'Skip to content',
  menu: 'Places',
  places: {
    assets: 'Assets',
    providers: 'Providers',
    generate: 'Generations',
    drift: 'Drift',
    activity: 'Activity',
    inspect: 'Inspect',
    settings: 'Settings',
  },
  notFound: 'There is no such place',
  notFoundHint: 'The address may be mistyped. Everything that exists is in the menu.',
  offline: 'You are offline. What you see is from before; it refreshes by itself when the connection is back.',
  loading: 'Loading…',
  tryAgain: 'Try again',
  close: 'Close',
  cancel: 'Cancel',
  copy: 'Copy',
  copied: 'Copied',
  more: 'Show more',
  details: 'Details',
  none: '—',
  paths: 'Where it stands in the payload',
  running: (runs: number) => (runs === 1 ? 'An import is running' : `${runs} imports are running`),
};

export const signIn = {
  title: 'Sign in to Driftline',
  lead: 'Your inventory of generated media, and of which picture became which clip.',
  expired: 'Your token is no longer accepted. It was revoked, or the local database was started anew.',
  expiredHint: 'Open the link that npm start printed last, or paste another token.',
  label: 'Token',
  placeholder: 'dl_…',
  go: 'Sign in',
  wrong: 'The service does not know this token.',
  help: 'On your own machine, npm start prints a link that signs you in. A deployed service gives its first token to whoever set it up; further ones are made under Settings.',
  switchTitle: 'Use the token in this link?',
  switchText: 'You are signed in with another token already. The link you opened brings one of its own.',
  switchUse: 'Use the new token',
  switchKeep: 'Stay as I am',
};

// Where the service itself has no words: it did not answer, or not in its own form.
export const faults = {
  status: (status: number) => `The service answered with status ${status}`,
  unreachable: 'The service cannot be reached',
  page: 'The page itself is at fault',
};

// What to do about a problem, by its code. The words themselves are the service's.
export const remedies: Record<string, string> = {
  unreachable: 'Check your connection, or whether npm start is still running. The page tries again by itself.',
  unauthorized: 'Sign in again with a token that is still valid.',
  auth_required: 'Sign in to the provider again: Connect renews the account without touching its assets.',
  credential_refused: 'Check that the whole credential was pasted and is of the chosen kind, or connect by code instead.',
  provider_error: 'Nothing was changed. Try again in a minute; if it stays so, the provider may be down.',
  provider_unavailable: 'Nothing was changed. Try again in a minute; if it stays so, the provider may be down.',
  listing_not_supported: 'Add a library credential of the same account, or hand pages in by the interface.',
  busy: 'Somebody else was writing at the same moment. Try again in a few seconds.',
  database_unavailable: 'The database does not answer. Try again in a few seconds.',
  outcome_unknown: 'Look whether it happened before you repeat it.',
  platform_quota: 'The platform\u2019s allowance for today is used up. It starts anew at midnight UTC.',
  not_found: 'It may have been removed, or the address is mistyped.',
  precondition_failed: 'It changed meanwhile. Reload and try again.',
  position_taken: 'Another parent stands at that position by hand. Choose another one.',
  invalid_parameter: 'Change what is named above and try again.',
  invalid_generation: 'Change what is named at the fields and try again.',
  invalid_body: 'Change what is named above and try again.',
  run_under_way: 'Wait for the other import of this account, or cancel it first.',
  run_over: 'Start another import: it goes on where this one stopped.',
  nothing_to_fill: 'Somebody was quicker. Reload to see how it stands.',
  nothing_to_confirm: 'Somebody was quicker. Reload to see how it stands.',
  not_replayable: 'It is over by now. Reload to see how it stands.',
  already_over: 'It has come to its end meanwhile. Reload to see it.',
  already_created: 'It was made already. Revoke that token and make another one.',
  drift_closed: 'Its cause is gone: there is nothing left to decide.',
  nothing_to_apply: 'Do what the detail says, or accept the finding with a reason.',
  media_types_differ: 'Choose an asset of the same type.',
  nothing_to_unmerge: 'What the provider itself says is one cannot be taken apart.',
  operation_not_supported: 'Choose another operation, or an account whose interface has this one.',
  idempotency_key_in_use: 'The first click is still at work. Wait a moment.',
  database_error: 'Try again. If it stays so, the logs of the service say more.',
  internal: 'Try again. If it stays so, the logs of the service say more.',
  endless: 'Try again with less at once. If it stays so, the logs of the service say more.',
  not_configured: 'Whoever set the service up must give it the secret that the detail names.',
  not_migrated: 'Whoever set the service up must apply the migrations.',
  bad_request: 'Paste the payload of one asset, as JSON.',
  not_an_object: 'Paste the payload of one asset: an object in curly brackets.',
  body_too_large: 'Paste or send less at once.',
  body_cut: 'The connection was cut. Try again.',
  database_full: 'Whoever set the service up must make room: an export keeps everything that is known.',
  input_not_media: 'Choose another input: what the link leads to is no picture, clip or sound.',
  input_too_large: 'Choose a smaller input, or make it smaller first.',
  input_unreachable: 'Check that the link opens without signing in, or choose another input.',
  upload_refused: 'Choose another input, or try again in a minute.',
  page_fault: 'Reload the page. If it happens again, please report it with these words.',
};

export const remedyFallback = 'Try again. If it stays so, the logs of the service say more.';

export const mediaTypes: Record<MediaType, string> = { video: 'Video', image: 'Image', audio: 'Audio' };

export const statuses: Record<Status, string> = {
  completed: 'Completed',
  filtered: 'Filtered',
  failed: 'Failed',
  deleted: 'Deleted upstream',
  processing: 'Processing',
  unknown: 'Status unknown',
};

export const lineageStates: Record<LineageState, string> = {
  complete: 'Complete',
  partial: 'Partly known',
  none_expected: 'Has no sources',
  pending: 'Not written yet',
  unresolved: 'Unresolved',
};

export const origins: Record<AssetSummary['origin'], string> = {
  synced: 'Imported',
  generated: 'Made here',
  both: 'Made here and imported',
  referenced: 'Seen only as a source',
};

export const makings: Record<AssetSummary['making'], string> = { created: 'Generated', uploaded: 'Uploaded' };

export const apis: Record<string, string> = { library: 'Library', open_platform: 'Open platform' };

export const operationNames: Record<Operation, string> = {
  text_to_video: 'Text to video',
  image_to_video: 'Image to video',
  video_transition: 'Transition',
  video_extend: 'Extension',
  fusion: 'Fusion',
  text_to_image: 'Text to image',
  image_to_image: 'Image to image',
  video_modify: 'Modification',
  motion_control: 'Motion control',
  lip_sync: 'Lip sync',
  video_upscale: 'Upscale',
  restyle: 'Restyle',
  video_replace: 'Replacement',
  sound_effect: 'Sound effect',
  template: 'Effect template',
  video_agent: 'Agent',
  music_video: 'Music video',
  text_to_speech: 'Speech',
  text_to_music: 'Music',
  unknown: 'Unknown operation',
};

export const relationNames: Record<Relation, string> = {
  SOURCE_IMAGE: 'source image',
  SOURCE_VIDEO: 'source clip',
  TRANSITION_INPUT: 'transition still',
  FUSION_CHARACTER: 'character',
  FUSION_BACKGROUND: 'background',
  FUSION_REFERENCE: 'fusion reference',
  REFERENCE_IMAGE: 'reference image',
  REFERENCE_VIDEO: 'reference clip',
  STYLE_REFERENCE: 'style',
  SOURCE_AUDIO: 'audio',
  MASK: 'mask',
  CONTROL_INPUT: 'control input',
  INPUT: 'input',
};

export const badges = {
  pending: 'No lineage yet',
  partial: 'Some parents unknown',
  unresolved: 'Parent unknown',
  noLink: 'No media link',
  brokenLink: 'Link broken',
  missing: 'Missing upstream',
  removed: 'Removed',
  conflict: 'In conflict',
  source: 'Only seen as a source',
};

export const providers = {
  title: 'Providers',
  lead: 'The accounts your media come from.',
  connect: 'Connect Pixverse',
  add: 'Add by key',
  emptyTitle: 'Connect your first account',
  emptyText: 'Driftline shows a code, you confirm it at Pixverse, and the account appears here. Then scan its library and import it.',
  what: 'What each credential opens',
  api: 'Interface',
  canList: 'Lists your library',
  canFetch: 'Fetches by id',
  canGenerate: 'Generates',
  credential: 'Credential and where it comes from',
  yes: 'Yes',
  no: 'No',
  credentialNames: { token: 'Device code', access_key: 'Access key', api_key: 'API key' } as Record<string, string>,
  instead: (text: string) => `No listing: ${text}`,
};

export const account = {
  states: { ready: 'Ready', needs_attention: 'Needs attention', auth_required: 'Sign in again' },
  personal: 'Personal workspace',
  workspace: (id: string) => `Workspace ${id}`,
  credits: 'Credits',
  creditsUnknown: 'Not asked yet',
  lastSync: 'Last import',
  never: 'Never',
  expires: 'Credential ends',
  pagesOnly: 'Takes pages handed in',
  actions: (label: string) => `More for ${label}`,
  check: 'Check account',
  checking: 'Asking Pixverse…',
  checked: (when: string) => `Pixverse answered ${when}`,
  rename: 'Rename',
  renameTitle: 'Rename this account',
  renameLabel: 'Name',
  verify: 'Look for broken links',
  verifying: 'Looking for files that are gone. Under Activity, Jobs you see how far it is.',
  remove: 'Remove account',
  removeTitle: (label: string) => `Remove ${label}?`,
  removeText: 'Its credential is deleted and its running imports stop. Assets that were imported stay.',
  removed: (label: string) => `${label} was removed. Its assets stay.`,
  reconnect: 'Connect again',
  autoSync: 'Import new assets by itself',
  paces: { off: 'Off', hourly: 'Every hour', daily: 'Every day' },
  autoSyncs: { off: 'Nothing is imported by itself any more.', hourly: 'New assets are imported every hour.', daily: 'New assets are imported every day.' },
  of: (api: string) => `Pixverse · ${api}`,
  noListing: 'This interface has no listing, so there is nothing to scan or import. Assets arrive when they are generated here or handed in.',
};

export const connect = {
  title: 'Connect Pixverse',
  intro: 'No password is asked for. You confirm a code in your Pixverse account, and Driftline receives a token that lasts thirty days.',
  label: 'Name of the account here (optional)',
  workspace: 'Team workspace number (optional)',
  workspaceHint: 'Left empty: your personal workspace.',
  start: 'Get a code',
  codeLabel: 'Your code',
  open: 'Open Pixverse and confirm',
  compare: 'Compare the code there with this one, then approve.',
  waiting: 'Waiting for your approval…',
  ends: (when: string) => `The code ends ${when}.`,
  connected: (label: string) => `${label} is connected`,
  expired: 'The code ran out before it was approved.',
  denied: 'The request was denied at Pixverse.',
  again: 'Get another code',
};

export const addAccount = {
  title: 'Add an account by its key',
  kind: 'Kind of credential',
  kinds: {
    access_key: {
      name: 'Access key',
      help: 'Pixverse gives these to some customers; its own command line reads it from PIXVERSE_ACCESS_KEY. Opens your library: scan, import, lineage.',
    },
    token: {
      name: 'Device token',
      help: 'The token that the official command line keeps after signing in. Connect by code is easier and does the same.',
    },
    api_key: {
      name: 'Open platform API key',
      help: 'From platform.pixverse.ai, under API keys. Generates, but has no listing: an existing library cannot be imported with it.',
    },
  },
  value: 'Credential',
  valueHint: 'Encrypted at rest; it is never shown again.',
  label: 'Name here (optional)',
  workspace: 'Team workspace number (optional)',
  go: 'Add account',
  added: (label: string) => `${label} was added`,
};

export const listings: Record<string, string> = {
  'video/created': 'Videos',
  'image/created': 'Images',
  'audio/created': 'Audio',
  'video/uploaded': 'Uploaded videos',
  'image/uploaded': 'Uploaded images',
  'audio/uploaded': 'Uploaded audio',
};

export const modes: Record<Mode, string> = {
  all: 'Everything',
  both: 'Videos and images',
  videos: 'Videos only',
  images: 'Images only',
  audio: 'Audio only',
};

export const scan = {
  button: 'Scan Library',
  again: 'Scan again',
  says: 'Looks at your Pixverse library and counts what is there and what is missing here. Changes nothing.',
  stop: 'Stop scanning',
  progress: (compared: number, total: number) => `Compared ${number(compared)} of ${number(total)}`,
  kind: 'Kind',
  there: 'At Pixverse',
  here: 'Here',
  missing: 'Missing',
  removedByYou: 'Removed by you',
  unreadable: 'Unreadable',
  all: 'All',
  partial: 'Not everything was compared yet, so these numbers are lower bounds.',
  when: (when: string) => `Scanned ${when}`,
  forecast: (rows: number, aDay: number, left: number, days: number, endsOn: string) =>
    `Importing what is missing writes about ${number(rows)} rows. The plan leaves imports ${number(aDay)} a day, ` +
    `${number(left)} of them today: ` +
    `it would be finished on ${utcDay(endsOn)}${days > 1 ? `, after ${days} days` : ''}.`,
};

export const importing = {
  title: 'Step 1 of 2: Import Missing Assets',
  button: 'Import Missing Assets',
  buttonCounted: (missing: number) => `Import ${count(missing, 'missing asset')}`,
  says: 'Copies the facts of every asset that is missing here into your inventory. The media themselves stay at Pixverse.',
  nothing: 'Nothing is missing: the last scan found everything here.',
  unscanned: 'Scan first to see what it would bring, or import straight away.',
  lineage: 'Build lineage too',
  lineageOn: 'Parents and children are connected while the import runs. You will not need step 2.',
  lineageOff: 'Clips will say \u201cNo lineage yet\u201d until you run step 2.',
  mode: 'What to import',
  starting: 'Starting…',
};

export const rebuilding = {
  title: 'Step 2 of 2: Rebuild Lineage',
  button: 'Rebuild Lineage',
  says: 'Reads the stored answers of Pixverse again and connects clips with the pictures they were made from. Pixverse is not asked, nothing is imported.',
  done: 'Already done for you: the import connected everything as it came in.',
  switchedOff: (pending: number) => `You switched lineage off: ${count(pending, 'asset')} ${pending === 1 ? 'waits' : 'wait'} for this step.`,
  writing: (pending: number) => `The import is still connecting ${count(pending, 'asset')}. No need for this step.`,
  touches: (total: number) => `It looks at all ${count(total, 'Pixverse asset')} of yours, over every account. What you connected by hand stays.`,
  empty: 'There is nothing to connect yet: import first.',
  progress: (done: number) => `${count(done, 'asset')} read again`,
  result: (done: number, added: number, removed: number) =>
    `${count(done, 'asset')} read again: ${count(added, 'connection')} added, ${number(removed)} taken away.`,
  failed: (failed: number) => `${count(failed, 'asset')} could not be read again.`,
};

export const runs = {
  states: { active: 'Running', done: 'Done', failed: 'Failed', cancelled: 'Cancelled', paused: 'Paused' } as Record<string, string>,
  outcomes: {
    created: 'New',
    updated: 'Updated',
    unchanged: 'Unchanged',
    skipped: 'Skipped',
    quarantined: 'Quarantined',
  } as Record<string, string>,
  seen: 'Seen',
  progress: (seen: number, total: number | null) =>
    total === null ? `${number(seen)} seen` : `${number(seen)} of ${number(total)}`,
  rate: (perSecond: number) => `${perSecond < 10 ? perSecond.toFixed(1) : number(Math.round(perSecond))} a second`,
  left: (words: string) => `about ${words} left`,
  cancel: 'Cancel import',
  pause: 'Pause',
  resume: 'Go on',
  resumeAnyway: 'Go on all the same',
  pausedWhy: {
    by_you: 'You paused it. It goes on where it stood.',
    auth_required: 'It waits for the account: connect it again and it goes on by itself.',
    identity_shift: 'The library looks like another one than before. Check that this is the same account before it goes on.',
    rows_budget: 'The plan’s rows for today are used up. It goes on by itself at midnight UTC.',
    platform_quota: 'The database takes nothing more today. It goes on by itself after midnight UTC.',
  },
  cancelled: 'The import was stopped. What it had brought stays.',
  addsUp: (run: Run) => `${number(run.counts.seen)} seen, and every one of them is accounted for below.`,
  retrying: (attempts: number) => `The provider did not answer; attempt ${attempts + 1}.`,
  whatNow: {
    auth: 'Connect the account again; the next import goes on where this one stopped.',
    forbidden: 'The account may not do this. Check its workspace, or use another credential.',
    credit: 'The account has no credits left for this.',
    retryable: 'The provider was busy or down. Import again in a few minutes: it goes on where this one stopped.',
    schema: 'The provider answers in another shape than before. What could be read is here; please report it.',
  } as Record<string, string>,
  whatNowOtherwise: 'What it had brought stays. Import again to go on.',
  why: 'Why?',
  reasonsTitle: 'What became of each row',
  reason: 'Reason',
  item: 'Item',
  outcome: 'Outcome',
  noItems: 'No row had this outcome.',
  complete: 'Every page was read',
  incomplete: 'Not every page was read',
  deadLetter: (when: string) => `Its message was given up ${when}, because the same step kept coming back. It is sent again every minute by itself, or now:`,
  replay: 'Try again now',
  unscanned: (parts: string) => `It ended before it had seen the whole library. Not looked at: ${parts}.`,
  unscannedPart: (listing: string, from: number, atMost: number | null) => {
    if (from === 0) return `all ${listing.toLowerCase()}`;
    return atMost === null ? `${listing.toLowerCase()} older than the newest ${number(from)}` : `at most ${number(atMost)} ${listing.toLowerCase()}, behind the newest ${number(from)}`;
  },
  fillSays: 'The rest is looked at by an import of its own, which brings in what is missing there. What this one brought stays.',
  fill: 'Import the rest',
  filled: 'A later import has looked at the rest.',
  missing: (found: number) =>
    `${count(found, 'asset')} that ${found === 1 ? 'was' : 'were'} in the library before ${found === 1 ? 'is' : 'are'} not there any more. That is more than an import marks by itself: it may be the wrong workspace.`,
  confirmSays: 'Confirming marks them as \u201cMissing upstream\u201d. Nothing is deleted, and what shows up again loses the mark. If you did not delete them, leave it.',
  confirm: (found: number) => `Confirm: mark ${count(found, 'asset')} as missing`,
};

export const assets = {
  title: 'Assets',
  search: 'Search prompts, or paste an id, a link or a file name',
  searchLabel: 'Search',
  filters: 'Filters',
  clear: 'Clear filters',
  type: 'Type',
  account: 'Account',
  origin: 'Origin',
  lineage: 'Lineage',
  status: 'Status',
  operation: 'Operation',
  from: 'From',
  to: 'To',
  any: 'Any',
  removed: 'Removed by me',
  link: 'Link',
  linkFilters: { ok: 'Found', broken: 'Broken' } as Record<string, string>,
  lineageFilters: {
    needs_attention: 'Needs attention',
    pending: 'No lineage yet',
    unresolved: 'Parent unknown',
    partial: 'Some parents unknown',
    complete: 'Complete',
    none_expected: 'Has no sources',
  } as Record<string, string>,
  total: (shown: number) => count(shown, 'asset'),
  loadedSoFar: (loaded: number) => `${count(loaded, 'asset')} so far`,
  found: (found: number) => `${count(found, 'match', 'matches')}`,
  emptyTitle: 'Nothing is imported yet',
  emptyText: 'Scan your Pixverse library, then import what is missing. It takes a minute or two.',
  emptyGo: 'Scan and import',
  emptyNoAccount: 'Connect a Pixverse account first; its library is one click away then.',
  emptyConnect: 'Connect an account',
  noneTitle: 'Nothing matches',
  noneText: 'No asset has all of these properties. Take a filter away, or search for something else.',
  scanning: (until: string) => `Looked back to ${until}…`,
  scanMore: 'Keep looking',
  select: (name: string) => `Select ${name}`,
  selected: (selected: number) => `${number(selected)} selected`,
  selectAll: 'Select all loaded',
  deselect: 'Deselect',
  refresh: 'Refresh lineage',
  refreshed: (added: number, removed: number) => `Lineage read again: ${count(added, 'connection')} added, ${number(removed)} taken away.`,
  refreshing: 'Lineage is being read again.',
  remove: 'Remove',
  restore: 'Bring back',
  removeTitle: (selected: number) => `Remove ${count(selected, 'asset')} from the inventory?`,
  removeText: 'They stay removed whatever is imported later, and can be brought back under the filter \u201cRemoved by me\u201d. Nothing is deleted at Pixverse.',
  removedDone: (removed: number) => `${count(removed, 'asset')} removed.`,
  restoredDone: (restored: number) => `${count(restored, 'asset')} brought back.`,
  failedSome: (failed: number) => `${count(failed, 'asset')} could not be changed.`,
  newer: (newer: number) => `${count(newer, 'new asset')} \u2014 show`,
  grid: 'Your assets',
  keys: 'Arrow keys move, Enter opens, Space selects, / searches, Escape deselects.',
  noPicture: 'No picture',
  elsewhere: 'Picture at another site',
  untitled: 'No prompt',
};

export const asset = {
  back: 'Assets',
  download: 'Open original',
  useAgain: 'Use again',
  copyLink: 'Copy link',
  linkCopied: 'The link to the original was copied.',
  copyId: 'Copy id',
  uploaded: (type: string) => `Uploaded ${type.toLowerCase()}`,
  disagreements: 'See what disagrees',
  noMedia: 'There is no media to show.',
  noMediaWhy: {
    processing: 'It is still being made. Import again later and it will be here.',
    failed: 'Pixverse says that making it failed.',
    filtered: 'Pixverse filtered the result and gave no media.',
    deleted: 'It was deleted at Pixverse.',
    unknown: 'Its state is not known: nothing has been seen that says it is finished.',
    completed: 'It is finished, but no link to the media has been seen yet.',
  } as Record<Status, string>,
  elsewhere: 'The media stands at another site, which this page does not load from.',
  notPlayable: 'This browser cannot play the file. The original link may still work.',
  prompt: 'Prompt',
  negative: 'Negative prompt',
  segments: 'Segments',
  segment: 'Segment',
  duration: 'Duration',
  facts: 'Facts',
  fact: {
    type: 'Type',
    status: 'Status',
    operation: 'Operation',
    model: 'Model',
    size: 'Size',
    duration: 'Duration',
    seed: 'Seed',
    created: 'Created',
    origin: 'Origin',
    account: 'Account',
    providerId: 'Pixverse id',
    id: 'Driftline id',
    createMode: 'Mode, in Pixverse\u2019s word',
    settings: 'Settings',
    missing: 'Missing upstream since',
    generation: 'Made here by',
    name: 'File name',
    link: 'Link',
  },
  inherited: 'inherited from what was made of it',
  warnings: 'Odd things in the payload',
  aliases: 'Known as',
  alias: { id: 'Pixverse id', uuid: 'UUID', key: 'File', sha256: 'SHA-256' } as Record<string, string>,
  notKept: 'kept by another asset',
  contested: 'claimed by several',
  lineage: 'Lineage',
  observations: 'Observations',
  observationsText: 'What Pixverse said about this asset, each time it said something new. Everything above follows from these.',
  first: 'First',
  last: 'Last',
  feed: 'Feed',
  feeds: {
    generation: 'Made here',
    listing: 'Library listing',
    detail: 'Asked by id',
    pushed: 'Handed in',
    referenced: 'Named as a source',
  } as Record<string, string>,
  payload: 'Payload as received',
  removedNote: 'You removed this asset. It stays out of the gallery until you bring it back.',
  redirected: 'This asset lives under a newer id now.',
};

export const graph = {
  heading: 'Lineage',
  view: 'View',
  asGraph: 'Graph',
  asTable: 'Table',
  loading: 'Drawing the graph…',
  parents: 'Parents',
  children: 'Children',
  showParents: (more: number | null) => (more === null ? 'Show parents' : `Show ${number(more)} more above`),
  showChildren: (more: number | null) => (more === null ? 'Show children' : `Show ${number(more)} more below`),
  trace: 'Trace to the first picture',
  traced: (steps: number) => (steps === 0 ? 'Nothing came before this asset.' : `${count(steps, 'step')} back to where it began.`),
  fit: 'Fit',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  unknownParent: 'Unknown parent',
  unknownParentText: 'Its payload names a source that could not be read.',
  onlySource: 'Seen only as a source',
  thisAsset: 'This asset',
  open: 'Open',
  alone: 'Nothing is known to come before or after this asset.',
  aloneNoSources: 'It was made without a source, and nothing has been made from it yet.',
  alonePending: 'Its lineage has not been written yet. Run \u201cRebuild Lineage\u201d, or refresh this one.',
  refreshOne: 'Refresh lineage of this asset',
  legendPath: 'Path to the beginning',
  legendUnknown: 'Dashed: only known as a source, or unknown',
  byHand: 'by hand',
  cycle: 'leads back',
  first: 'first frame',
  last: 'last frame',
  order: (position: number) => `#${position + 1}`,
  cut: (more: number | null) => (more === null ? 'More not shown' : `${number(more)} more not shown`),
  table: {
    child: 'Made',
    parent: 'From',
    relation: 'As',
    order: 'Order',
    operation: 'By',
    evidence: 'Rests on',
    payload: 'a payload',
    hand: 'your decision',
    asset: 'Asset',
    distance: 'Steps away',
    notes: 'Notes',
    beyond: 'Beyond it',
    all: 'All shown',
    of: (label: string, name: string) => `${label}: ${name}`,
    away: (far: { side: 'itself' | 'above' | 'below' | 'beside'; steps: number } | null) => (far === null || far.side === 'itself' ? '0' : `${number(far.steps)} ${far.side}`),
    caption: 'Connections',
    nodes: 'Assets in this graph',
  },
};

export const activity = {
  title: 'Activity',
  lead: 'Everything that ran, and what could not be read.',
  runs: 'Imports',
  quarantine: 'Quarantine',
  noRuns: 'Nothing has run yet',
  noRunsText: 'Imports appear here while they run and after they have ended.',
  account: 'Account',
  state: 'State',
  quarantineText: 'Payloads that nobody could read yet. They are kept, and are read again after an update.',
  noQuarantine: 'Nothing is in quarantine',
  noQuarantineText: 'Every payload so far could be read.',
  reason: 'Reason',
  listing: 'Listing',
  ended: 'Ended because',
  payload: 'Payload',
  replayed: 'Read again',
  cut: (chars: number) => `The first 16,384 of ${number(chars)} characters.`,
  unknownAccount: 'Removed account',
  replay: 'Read all again',
  replaying: (read: number) => `${count(read, 'payload')} read so far…`,
  replayDone: (folded: number, unreadable: number) => `${count(folded, 'payload')} taken in, ${number(unreadable)} still unreadable.`,
  jobs: 'Jobs',
  jobsText: 'Longer work that was asked for: looks for drift and for broken links, pages handed in, payloads read again.',
  noJobs: 'No longer work was asked for yet',
  noJobsText: 'Looks for drift, looks for broken links and pages that are handed in appear here, with what came of them.',
  jobKinds: {
    replay: 'Quarantine read again',
    reextract: 'Stored payloads read again',
    push: 'Pages handed in',
    ids: 'Asked by id',
    import: 'Export taken in',
    drift_scan: 'Look for drift',
    verify: 'Look for broken links',
  } as Record<string, string>,
  jobCount: (name: string, value: number) => `${number(value)} ${words(name)}`,
  failures: (failures: number) => count(failures, 'failure'),
  schemas: 'Schema changes',
  schemasText: 'Which members Pixverse\u2019s payloads have, and what was new in them. Values are left out.',
  noSchemas: 'No payload was seen yet',
  noSchemasText: 'After the first import, whatever changes in the provider\u2019s answers is told here.',
  learning: 'Still learning',
  news: (news: number) => (news === 0 ? 'No change' : count(news, 'change')),
  change: (type: string, before: string[]) => (before.length === 0 ? `is new: ${type}` : `was ${before.join(' or ')}, now also ${type}`),
  paths: (paths: number) => count(paths, 'known member'),
};

export const explain = {
  heading: 'Where each fact comes from',
  lead: 'Each fact is the one that the rules chose among everything that was said. Nothing was thrown away.',
  incomplete: 'There are more observations than were read for this; what follows rests on the ones that were.',
  disagrees: 'What is stored differs from what the stored payloads come to. Run \u201cRebuild Lineage\u201d; if it stays so, please report it.',
  fact: 'Fact',
  value: 'Value',
  saidBy: 'Said by',
  because: 'Chosen as',
  passedOver: 'Passed over',
  allAgree: (others: number) => `${count(others, 'other')} ${others === 1 ? 'adds' : 'add'} nothing else`,
  rules: {
    latest_sighting_first: 'the latest sighting',
    best_feed_first: 'the best source',
    named_as_source: 'named as a source',
    union: 'everything together',
  } as Record<string, string>,
  why: {
    worse_feed: 'a weaker source',
    behind_request_record: 'our own request says more',
    first_seen_later: 'first seen later',
    last_seen_earlier: 'seen earlier',
    larger_digest: 'a tie, decided always the same way',
    blank: 'empty',
    unknown: 'not understood',
    absent: 'says nothing',
    placeholder: 'a placeholder',
    withheld: 'withheld',
  } as Record<string, string>,
  sources: 'Named as its sources',
  generation: 'Made here by the generation',
  decisions: 'Decided by people',
  overtaken: 'overtaken by a later word',
  verdicts: {
    remove: 'Removed', restore: 'Brought back', same: 'Merged', different: 'Taken apart', edge: 'Connected', no_edge: 'Disconnected',
  } as Record<string, string>,
};

export const generate = {
  title: 'Generations',
  one: 'Generation',
  lead: 'What was asked for through Driftline, and how it stands.',
  emptyTitle: 'Nothing was generated here yet',
  emptyText: 'What is asked for here, or with POST /api/v1/generations, is followed until it is done.',
  make: 'Make something new',
  account: 'Account',
  operation: 'Operation',
  choose: 'Choose one',
  prompt: 'Prompt',
  negative: 'Negative prompt',
  model: 'Model',
  usual: (value: string) => `Usual: ${value}`,
  left: 'Left out',
  between: (least: number, most: number) => `${number(least)} to ${number(most)}`,
  oneALine: 'One a line.',
  characters: (used: number, most: number) => `${number(used)} of ${number(most)} characters`,
  howMany: (least: number, most: number | null) => {
    if (most === null) return least === 0 ? 'any number' : `at least ${number(least)}`;
    if (least === most) return `exactly ${number(least)}`;
    return least === 0 ? `up to ${number(most)}, or none` : `${number(least)} to ${number(most)}`;
  },
  find: 'Find in the library by words, id, link or file name',
  look: 'Find',
  found: 'Found in the library',
  noneFound: 'Nothing of this kind was found.',
  useLink: 'Use the link as it is',
  use: (id: string) => `Use ${id}`,
  takeAway: (id: string) => `Take away ${id}`,
  as: 'Used as',
  name: 'Name in the prompt',
  go: 'Generate',
  states: {
    pending: 'Waiting', submitted: 'Sent', processing: 'Being made', completed: 'Completed',
    failed: 'Failed', filtered: 'Filtered', cancelled: 'Cancelled', unknown: 'Nobody knows',
  },
  unconfirmed: 'Not confirmed',
  conflict: 'In conflict',
  stand: 'How it stands',
  cancel: 'Cancel generation',
  credits: (charged: number, returned: number) => `${count(charged, 'credit')}${returned > 0 ? `, ${number(returned)} returned` : ''}`,
  output: (position: number) => `Output ${position + 1}`,
  asked: 'What was asked for',
  parameters: 'Parameters',
  history: 'History',
  times: (times: number) => `${number(times)} times`,
};

export const drift = {
  title: 'Drift',
  lead: 'Where what was asked for, what the library lists and what is stored disagree.',
  scan: 'Look for drift',
  scanSays: 'Compares everything stored about every asset. Changes no asset, and asks nothing of Pixverse.',
  scanStates: {
    active: (done: number, total: number) => `${number(done)} of ${count(total, 'asset')} looked at\u2026`,
    paused: (done: number, total: number) => `${number(done)} of ${count(total, 'asset')} looked at so far.`,
    done: (done: number, _total: number, found: number) => `${count(done, 'asset')} looked at: ${count(found, 'finding')}.`,
    failed: (done: number, total: number) => `It stopped after ${number(done)} of ${count(total, 'asset')}. Start it again.`,
    cancelled: (done: number, total: number) => `It was cancelled after ${number(done)} of ${count(total, 'asset')}.`,
  } as Record<'active' | 'paused' | 'done' | 'failed' | 'cancelled', (done: number, total: number, found: number) => string>,
  report: 'Report',
  levels: { no_drift: 'No drift', low: 'Low', medium: 'Medium', high: 'High', accepted: 'Accepted' },
  totals: (totals: { assets: number; generated_only: number; synced_only: number; both: number }) =>
    `${count(totals.assets, 'asset')}: ${number(totals.generated_only)} only made here, ${number(totals.synced_only)} only imported, ${number(totals.both)} seen on both roads.`,
  aspect: 'Aspect',
  level: 'Level',
  generationPath: 'Made here',
  syncPath: 'Imported',
  byDesign: 'Differences that never count',
  findings: 'Findings',
  ofAsset: 'Only about the asset',
  ofAll: 'Show all',
  kind: 'Kind',
  anyKind: 'Any kind',
  state: 'State',
  states: { open: 'Open', accepted: 'Accepted', closed: 'Closed' },
  noFindings: 'Nothing is found here',
  noFindingsText: 'No finding is of this kind and in this state. A finding closes by itself when its cause is gone.',
  evidence: 'Evidence, side by side',
  side: (place: number, who: string) => `Voice ${place}: ${who}`,
  source: (place: number) => `Source ${place}`,
  decided: 'What is believed',
  suggests: (action: string) => `Suggested: ${action}`,
  because: (reason: string) => `Because: ${reason}`,
  apply: 'Apply',
  applyTitle: 'Apply what is suggested?',
  applyText: (action: string) => `Driftline will do this now: ${action}. What you decided by hand stays.`,
  applied: 'Applied.',
  accept: 'Accept',
  acceptTitle: 'Accept this finding',
  acceptText: 'It no longer counts while the evidence is the same. New evidence opens it again.',
  reason: 'Why may it stay?',
  accepted: 'Accepted.',
};

export const merging = {
  merge: 'Merge with another asset',
  mergeTitle: 'These two are one',
  mergeText: 'The older id stays, and the other one leads to it. It can be taken back at any time.',
  other: 'Id or address of the other asset',
  merged: 'They are one asset now.',
  unmerge: 'Take apart',
  unmergeTitle: 'Take apart what was merged by hand?',
  unmergeText: 'Each part gets the id again that it had before it was merged. What the provider itself says is one stays one.',
  unmerged: (parts: number) => `Taken apart: ${count(parts, 'asset')} now.`,
};

export const inspect = {
  title: 'Inspect',
  lead: 'Paste what Pixverse sent about one asset, and see what Driftline reads from it. Nothing is stored.',
  payload: 'Payload (JSON)',
  type: 'It is a',
  go: 'Inspect',
  example: 'Try an example',
  notJson: (message: string) => `This is not JSON yet: ${message}`,
  emptyResult: 'The result appears here.',
  facts: 'Facts',
  parents: 'Parents',
  noParents: 'The payload names no source.',
  aliases: 'Identities, strongest first',
  noAliases: 'None: this payload could not be told apart from another.',
  prompts: 'Prompts',
  segments: 'Segments',
  warnings: 'Warnings',
  noWarnings: 'Nothing odd was found.',
  answer: 'The whole answer',
};

export const settings = {
  title: 'Settings',
  tokens: 'Tokens',
  tokensText: 'A token opens everything that is yours, here and in the interface. Give each device or program one of its own.',
  name: 'Name',
  namePlaceholder: 'laptop',
  create: 'Make a token',
  made: 'Copy it now: it is shown this once.',
  created: 'Made',
  current: 'this one',
  revoked: (when: string) => `revoked ${when}`,
  revoke: 'Revoke',
  revokeTitle: (name: string) => `Revoke ${name}?`,
  revokeText: 'Whatever uses it is locked out at once.',
  revokeCurrent: 'This is the token you are signed in with: you will be signed out.',
  appearance: 'Appearance',
  themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
  session: 'This browser',
  signOut: 'Sign out',
  signOutText: 'Forgets the token in this browser. The token itself stays valid.',
  about: 'About',
  version: (version: string) => `Driftline ${version}`,
  docs: 'The interface, documented',
  document: 'OpenAPI document',
};

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000_000], ['month', 2_592_000_000], ['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000],
];

export function relativeTime(at: number, now: number): string {
  const distance = at - now;
  for (const [unit, ms] of STEPS) {
    if (Math.abs(distance) >= ms) return RELATIVE.format(Math.trunc(distance / ms), unit);
  }
  return Math.abs(distance) < 10_000 ? 'just now' : RELATIVE.format(Math.trunc(distance / 1000), 'second');
}

export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return count(seconds, 'second');
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

// A length of media, as players show it.
export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

const DATE = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });
const DAY = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });

export const dateTime = (iso: string): string => DATE.format(new Date(iso));
const UTC_DAY = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' });
// A day of the service, whatever day it is here.
const utcDay = (isoDay: string): string => UTC_DAY.format(new Date(isoDay));

export const day = (iso: string): string => DAY.format(new Date(iso));

// A word of the interface (`no_source_readable`) as a person writes it.
export const words = (code: string): string => code.replaceAll('_', ' ');

// Beginning with a capital, as a label does.
export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
