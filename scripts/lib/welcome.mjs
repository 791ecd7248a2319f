// The last lines of `npm start`: where the page and the service are, with which token, and what to try next. Only renders text.

export function renderWelcome({ address, me, demo, logs }) {
  const lines = ['', 'Driftline is ready. Open the page; its link signs you in:', ''];
  lines.push(`  page     ${pageLink(address, demo?.owner ?? me, demo?.simulator)}`, '', `  address  ${address}`);
  if (demo) {
    lines.push(
      `  token    ${demo.owner.token}`,
      `           (owner "demo": account ${demo.account.id}, connected to the simulator at ${demo.simulator})`,
      `  yours    ${me.token}`,
      `           (owner "me", for accounts of your own: ${pageLink(address, me)})`,
    );
  } else {
    lines.push(`  token    ${me.token}`, '           (owner "me": for accounts of your own)');
  }
  lines.push(`  logs     ${logs}`, '', 'Three commands to try next, in another terminal:', '');
  const commands = demo ? demoCommands(address, demo) : firstAccountCommands(address, me);
  for (const { says, command } of commands) lines.push(`  # ${says}`, `  ${command}`, '');
  lines.push('Ctrl-C ends everything.');
  return lines.join('\n');
}

// The fragment never reaches a server. The demo's media urls are the provider's; its link says where the simulator has them.
export function pageLink(address, owner, simulator) {
  const media = simulator ? `&media=${simulator}/media/` : '';
  return `${address}/#token=${owner.token}${media}`;
}

function demoCommands(address, { owner, account }) {
  const curl = `curl -s -H 'Authorization: Bearer ${owner.token}'`;
  const accountUrl = `${address}/api/v1/providers/pixverse/accounts/${account.id}`;
  const firstAsset = `$(${curl} '${address}/api/v1/assets?operation=video_transition' | grep -o 'ast_[0-9A-Za-z]*' | head -n 1)`;
  return [
    { says: 'what an import would bring, writing nothing', command: `${curl} '${accountUrl}/sync-dry-run'` },
    {
      says: 'import all of it; the answer names the run to watch',
      command: `${curl} -X POST -H 'Content-Type: application/json' -d '{"mode":"all"}' '${accountUrl}/sync-assets'`,
    },
    {
      says: 'which pictures one clip was made from',
      command: `${curl} "${address}/api/v1/assets/${firstAsset}/lineage?direction=ancestors"`,
    },
  ];
}

function firstAccountCommands(address, me) {
  const curl = `curl -s -H 'Authorization: Bearer ${me.token}'`;
  const json = "-H 'Content-Type: application/json'";
  return [
    {
      says: 'connect a Pixverse account: open the address in the answer and confirm the code',
      command: `${curl} -X POST ${json} -d '{"provider_id":"pixverse"}' '${address}/api/v1/accounts/connect'`,
    },
    { says: 'the accounts that are connected', command: `${curl} '${address}/api/v1/accounts'` },
    { says: 'the assets that are here', command: `${curl} '${address}/api/v1/assets'` },
  ];
}
