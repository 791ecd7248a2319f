//! The rules of identity, choice and lineage a second time, written from the design and not from the code: what a set of
//! events comes to, one JSON text an asset. Only the extractor is shared. A rule that is changed in the core alone shows
//! as a difference between the two, where every order of arrival would still agree with every other.

use std::collections::{BTreeMap, BTreeSet};

use driftline::core::facts::{Facts, SourceEntry};
use driftline::core::inventory::world::Family;
use driftline::core::media::Feed;
use serde_json::{Map, Value, json};

use crate::world::{Event, read};

/// One content as one feed showed it on one account.
struct Look {
    root: String,
    digest: String,
    facts: Facts,
    says: Map<String, Value>,
    feed: Feed,
    account: String,
    first: i64,
    last: i64,
}

/// What is known of one alias as one root lists it.
#[derive(Clone, Copy)]
struct Claim {
    /// 0 by a payload of its own, 1 by a source entry.
    rank: u8,
    /// How strongly the root lists it: id, declared uuid, key, uuid in a url.
    strength: u8,
}

/// Everything that was said.
#[derive(Default)]
struct Model {
    looks: Vec<Look>,
    /// By root and alias.
    claims: BTreeMap<(String, String), Claim>,
    /// By pair, in both orders: the last verdict about identity.
    verdicts: BTreeMap<(String, String), (i64, bool)>,
    presence: BTreeMap<String, (i64, String)>,
    /// By root: every source entry with the accounts that showed it.
    named: BTreeMap<String, Vec<(SourceEntry, BTreeSet<String>)>>,
}

/// Fields that are believed together, by the better feed.
const DESCRIBED: [&[&str]; 12] = [
    &["operation", "create_mode"],
    &["width", "height"],
    &["duration_s"],
    &["model"],
    &["seed"],
    &["created_ms"],
    &["name"],
    &["provider_account"],
    &["prompts"],
    &["negative_prompt"],
    &["segments"],
    &["settings"],
];
/// Fields that are believed together, by the later look.
const STATES: [&[&str]; 4] =
    [&["status", "status_code"], &["media_url"], &["thumbnail_url"], &["preview_url"]];

/// What the events come to, whatever their order.
pub fn said_by_model(events: &[Event]) -> BTreeSet<String> {
    let mut model = Model::default();
    for event in events {
        model.hear(event);
    }
    model.name_sources();
    let mut assets: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let roots: BTreeSet<String> = model.claims.keys().map(|(root, _)| root.clone()).collect();
    let same = model.joined();
    for root in roots {
        let base = model.belongs_to(&root);
        assets.entry(same.get(&base).cloned().unwrap_or(base)).or_default().insert(root);
    }
    assets.values().map(|roots| model.asset(roots).to_string()).collect()
}

impl Model {
    fn hear(&mut self, event: &Event) {
        match event {
            Event::Seen { payload, media_type, feed, account, at_ms } => {
                let (facts, digest) = read(payload, *media_type);
                let root = facts.aliases[0].text();
                self.claim(&root, &facts.aliases.iter().map(|one| one.text()).collect::<Vec<_>>(), 0);
                let known = self.looks.iter_mut().find(|look| {
                    look.root == root
                        && look.digest == digest
                        && look.feed == *feed
                        && look.account == *account
                });
                if let Some(look) = known {
                    look.first = look.first.min(*at_ms);
                    look.last = look.last.max(*at_ms);
                    return;
                }
                let Value::Object(says) = serde_json::to_value(&facts).unwrap() else { return };
                let (account, first) = ((*account).to_owned(), *at_ms);
                self.looks.push(Look { root, digest, facts, says, feed: *feed, account, first, last: first });
            }
            Event::Decided { family: Family::Identity, alias, other, verdict, at_ms } => {
                let new = (*at_ms, *verdict == "same");
                for pair in [(alias.clone(), other.clone()), (other.clone(), alias.clone())] {
                    let known = self.verdicts.entry(pair).or_insert(new);
                    *known = new.max(*known);
                }
            }
            Event::Decided { alias, verdict, at_ms, .. } => {
                let new = (*at_ms, (*verdict).to_owned());
                let known = self.presence.entry(alias.clone()).or_insert_with(|| new.clone());
                *known = new.max(known.clone());
            }
        }
    }

    /// A root claims all that is listed with it, and itself.
    fn claim(&mut self, root: &str, aliases: &[String], rank: u8) {
        let key = aliases.iter().position(|alias| alias.starts_with("key:")).unwrap_or(usize::MAX);
        for (at, alias) in aliases.iter().enumerate() {
            let strength = match alias.split(':').next().unwrap() {
                "id" => 0,
                "uuid" if at < key => 1,
                "key" => 2,
                _ => 3,
            };
            let rank = if alias == root { 0 } else { rank };
            let known =
                self.claims.entry((root.to_owned(), alias.clone())).or_insert(Claim { rank, strength });
            *known = Claim { rank: rank.min(known.rank), strength: strength.min(known.strength) };
        }
    }

    fn name_sources(&mut self) {
        let mut entries = Vec::new();
        for look in &self.looks {
            let shown = self.looks.iter().filter(|one| one.root == look.root && one.digest == look.digest);
            let accounts: BTreeSet<String> = shown.map(|one| one.account.clone()).collect();
            entries.extend(look.facts.parents.iter().map(|entry| (entry.clone(), accounts.clone())));
        }
        for (entry, accounts) in entries {
            let aliases: Vec<String> = entry.aliases.iter().map(|one| one.text()).collect();
            self.claim(&aliases[0], &aliases, 1);
            self.named.entry(aliases[0].clone()).or_default().push((entry, accounts));
        }
    }

    fn are_different(&self, alias: &str, root: &str) -> bool {
        alias != root
            && self.verdicts.get(&(alias.to_owned(), root.to_owned())).is_some_and(|verdict| !verdict.1)
    }

    /// Provider ids that claim an alias and were not told that it is not theirs: rank, digits, id.
    fn claimants(&self, alias: &str) -> Vec<(u8, usize, String)> {
        let claims = self.claims.iter().filter(|((root, claimed), _)| {
            claimed == alias && root.starts_with("id:") && !self.are_different(alias, root)
        });
        claims.map(|((root, _), claim)| (claim.rank, root.len(), root.clone())).collect()
    }

    fn keeper(&self, alias: &str) -> Option<String> {
        self.claimants(alias).into_iter().min().map(|(_, _, root)| root)
    }

    fn is_contested(&self, alias: &str) -> bool {
        let claimants = self.claimants(alias);
        let best = claimants.iter().map(|one| one.0).min();
        claimants.iter().filter(|one| Some(one.0) == best).count() > 1
    }

    fn listed(&self, root: &str) -> Vec<(u8, String)> {
        let own = self.claims.iter().filter(|((known, _), _)| known == root);
        let mut listed: Vec<_> = own.map(|((_, alias), claim)| (claim.strength, alias.clone())).collect();
        listed.sort();
        listed
    }

    /// An id is its own; another root goes to the keeper of the strongest alias that it lists and that has one.
    fn belongs_to(&self, root: &str) -> String {
        if root.starts_with("id:") {
            return root.to_owned();
        }
        let kept = self.listed(root).into_iter().find_map(|(_, alias)| self.keeper(&alias));
        kept.unwrap_or_else(|| root.to_owned())
    }

    /// Where an alias leads.
    fn leads_to(&self, alias: &str) -> Option<String> {
        if let Some(keeper) = self.keeper(alias) {
            return Some(keeper);
        }
        if self.claims.contains_key(&(alias.to_owned(), alias.to_owned())) {
            return Some(self.belongs_to(alias));
        }
        let claims = self.claims.iter().filter(|((_, claimed), _)| claimed == alias);
        let smallest = claims.map(|((root, _), claim)| (claim.rank, root.len(), root.clone())).min()?;
        Some(self.belongs_to(&smallest.2))
    }

    /// For every base that was declared the same as another, one of them to stand for all.
    fn joined(&self) -> BTreeMap<String, String> {
        let same = self.verdicts.iter().filter(|(_, verdict)| verdict.1);
        let pairs: Vec<(String, String)> =
            same.filter_map(|((one, other), _)| Some((self.leads_to(one)?, self.leads_to(other)?))).collect();
        let mut name: BTreeMap<String, String> = BTreeMap::new();
        for (one, _) in &pairs {
            let mut reached = BTreeSet::from([one.clone()]);
            loop {
                let more: Vec<String> = pairs
                    .iter()
                    .filter(|(from, to)| reached.contains(from) && !reached.contains(to))
                    .map(|(_, to)| to.clone())
                    .collect();
                if more.is_empty() {
                    break;
                }
                reached.extend(more);
            }
            name.insert(one.clone(), reached.into_iter().next().unwrap());
        }
        name
    }

    fn asset(&self, roots: &BTreeSet<String>) -> Value {
        let looks: Vec<&Look> = self.looks.iter().filter(|look| roots.contains(&look.root)).collect();
        let named: Vec<&(SourceEntry, BTreeSet<String>)> =
            roots.iter().filter_map(|root| self.named.get(root)).flatten().collect();
        let mut fields = believed(&looks);
        let url = named.iter().filter_map(|(entry, _)| entry.url.clone()).min();
        if let Some(url) = url {
            fields.entry("media_url").or_insert(url.into());
        }
        let warnings: BTreeSet<_> = looks.iter().flat_map(|look| look.facts.warnings.clone()).collect();
        if !warnings.is_empty() {
            fields.insert("warnings".into(), json!(warnings));
        }
        let (state, reason, edges) = lineage(&looks, &fields);
        let shown: BTreeSet<String> = looks.iter().map(|look| look.account.clone()).collect();
        let inherited = shown.is_empty();
        let accounts: BTreeSet<String> =
            if inherited { named.iter().flat_map(|one| one.1.clone()).collect() } else { shown };
        let mut feeds: BTreeSet<Feed> = looks.iter().map(|look| look.feed).collect();
        let of_ours = feeds.contains(&Feed::Generation);
        let of_others = feeds.iter().any(|feed| *feed != Feed::Generation);
        if !named.is_empty() {
            feeds.insert(Feed::Referenced);
        }
        let own = fields.get("provider_account").and_then(Value::as_str).map(ToOwned::to_owned);
        let account = accounts
            .iter()
            .find(|one| own.is_some() && one.split(':').nth(2) == own.as_deref())
            .or_else(|| accounts.iter().next());
        let media_type = described(&looks, |_| true)
            .map(|look| look.facts.media_type)
            .or_else(|| named.iter().map(|(entry, _)| entry.media_type).min());
        let name =
            roots.iter().min_by_key(|root| (!root.starts_with("id:"), root.len(), root.as_str())).unwrap();
        let (status, operation) = (fields.get("status").cloned(), fields.get("operation").cloned());
        fields.insert("feeds".into(), json!(feeds));
        fields.insert("accounts".into(), json!(accounts));
        fields.insert("accounts_inherited".into(), inherited.into());
        if let Some(reason) = reason {
            fields.insert("lineage_reason".into(), reason.into());
        }
        json!({
            "roots": roots,
            "aliases": self.aliases(roots),
            "provider_id": "pixverse",
            "api": "library",
            "media_type": media_type,
            "making": if name.contains(":uploaded:") || name.contains(":upload/") { "uploaded" } else { "created" },
            "status": status.unwrap_or_else(|| "unknown".into()),
            "operation": operation,
            "origin": match (of_ours, of_others) {
                (true, true) => "both",
                (true, false) => "generated",
                (false, true) => "synced",
                (false, false) => "referenced",
            },
            "account": account,
            "lineage": state,
            "removed": self.is_removed(roots),
            "missing": false,
            "fields": fields,
            "edges": edges,
        })
    }

    fn aliases(&self, roots: &BTreeSet<String>) -> Value {
        let mut aliases = Map::new();
        for (_, alias) in roots.iter().flat_map(|root| self.listed(root)) {
            let is_kept = self.leads_to(&alias).is_some_and(|base| roots.contains(&base));
            let state = match (is_kept, self.is_contested(&alias)) {
                (true, false) => "kept",
                (true, true) => "kept, contested",
                (false, _) => "another's",
            };
            aliases.insert(alias, state.into());
        }
        Value::Object(aliases)
    }

    fn is_removed(&self, roots: &BTreeSet<String>) -> bool {
        let mut listed = roots.iter().flat_map(|root| self.listed(root));
        listed.any(|(_, alias)| self.presence.get(&alias).is_some_and(|(_, word)| word == "remove"))
    }
}

fn is_record(look: &Look) -> bool {
    look.facts.generation_id.is_some()
}

fn says(look: &Look, name: &str) -> bool {
    match look.says.get(name) {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => {
            let is_unknown = text == "unknown" && matches!(name, "status" | "operation");
            !is_unknown && !text.trim().is_empty()
        }
        Some(Value::Array(items)) => !items.is_empty(),
        Some(_) => true,
    }
}

/// How it came to be: the better feed, of ours the request before the answers, then whoever said it first.
fn described<'l>(looks: &[&'l Look], is_one: impl Fn(&Look) -> bool) -> Option<&'l Look> {
    let ones = looks.iter().copied().filter(|look| is_one(look));
    ones.min_by_key(|look| (look.feed, !is_record(look), look.first, look.digest.clone()))
}

/// How it stands: an answer before the request, then the latest look, then the better feed.
fn standing<'l>(looks: &[&'l Look], is_one: impl Fn(&Look) -> bool) -> Option<&'l Look> {
    let ones = looks.iter().copied().filter(|look| is_one(look));
    ones.min_by_key(|look| (is_record(look), -look.last, look.feed, look.digest.clone()))
}

fn believed(looks: &[&Look]) -> Map<String, Value> {
    let mut fields = Map::new();
    let described = DESCRIBED.iter().map(|names| (names, described(looks, |look| says(look, names[0]))));
    let standing = STATES.iter().map(|names| (names, standing(looks, |look| says(look, names[0]))));
    for (names, look) in described.chain(standing) {
        let Some(look) = look else { continue };
        for name in *names {
            if let Some(value) = look.says.get(*name).filter(|value| !value.is_null()) {
                fields.insert((*name).to_owned(), value.clone());
            }
        }
    }
    fields
}

/// State, reason and edges: the list of the better feed, of ours the request's, then the one that was seen last.
fn lineage(looks: &[&Look], fields: &Map<String, Value>) -> (&'static str, Option<String>, BTreeSet<String>) {
    let names_any = looks.iter().copied().filter(|look| !look.facts.parents.is_empty());
    let best = names_any.min_by_key(|look| (look.feed, !is_record(look), -look.last, look.digest.clone()));
    let is_lost = |code: &str| code.contains("source");
    if looks.is_empty() {
        return ("unresolved", Some("parent_unknown".into()), BTreeSet::new());
    }
    let Some(best) = best else {
        let lost = looks.iter().flat_map(|look| &look.facts.warnings).filter(|one| is_lost(&one.code)).min();
        let free = [
            "text_to_video",
            "text_to_image",
            "text_to_speech",
            "text_to_music",
            "template",
            "video_agent",
            "unknown",
        ];
        let needs = fields.get("operation").and_then(Value::as_str).is_some_and(|one| !free.contains(&one));
        return match lost {
            Some(warning) => ("unresolved", Some(warning.code.clone()), BTreeSet::new()),
            None if needs => ("unresolved", Some("no_source_named".into()), BTreeSet::new()),
            None => ("none_expected", None, BTreeSet::new()),
        };
    };
    let operation = best.facts.operation;
    let edges = best.facts.parents.iter().map(|entry| {
        let parent = entry.aliases[0].text();
        json!([entry.position, parent, entry.relation, operation, entry.anchor, entry.name, false, 0])
            .to_string()
    });
    match best.facts.warnings.iter().find(|one| is_lost(&one.code)) {
        Some(warning) => ("partial", Some(warning.code.clone()), edges.collect()),
        None => ("complete", None, edges.collect()),
    }
}
