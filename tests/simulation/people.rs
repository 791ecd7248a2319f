//! People at their inventories: what they ask for at random moments, and what must hold because they did.

use std::collections::{BTreeMap, BTreeSet};

use driftline::core::api::bearer::hash;
use driftline::core::api::request::{Bearer, Method, Platform, Request};
use driftline::core::api::routes::seals;
use driftline::core::ids::digest;
use driftline::core::seal::change_members;
use driftline::core::step::NowMs;
use serde_json::{Value, json};

use crate::laws::assets::{Assets, get};
use crate::provider::Provider;
use crate::support::db::Db;
use crate::support::dice::Dice;

/// An account, as the service and as the provider call it.
type Account = (&'static str, u64);

/// Owners, their tokens and their accounts.
pub const OWNERS: [(i64, &str, &[Account]); 2] = [
    (1, "ann", &[("acc_00000000000000000000000001", 77), ("acc_00000000000000000000000002", 78)]),
    (2, "bob", &[("acc_00000000000000000000000003", 88)]),
];

/// A request that somebody makes, once or again.
#[derive(Clone, Debug)]
pub struct Asked {
    pub owner: i64,
    pub method: Method,
    pub path: String,
    pub body: Value,
    /// Its `Idempotency-Key`, where it has one.
    pub key: Option<String>,
    /// The assets that it is about.
    pub about: Vec<String>,
    /// When it was sent for the first time.
    pub first_ms: Option<NowMs>,
}

/// What people have asked for so far.
#[derive(Default)]
pub struct People {
    requests: usize,
    /// Assets that were removed, and that nobody has begun to bring back.
    pub removed: BTreeSet<(i64, String)>,
    /// Runs whose missing assets somebody has confirmed.
    pub confirmed: BTreeSet<String>,
    /// How many generations were asked for, by key.
    pub generations: BTreeMap<String, u32>,
}

impl Asked {
    pub fn new(owner: i64, method: Method, path: String, body: Value) -> Self {
        Self { owner, method, path, body, key: None, about: Vec::new(), first_ms: None }
    }

    pub fn is_removal(&self) -> bool {
        self.method == Method::Delete && self.path.starts_with("/assets/")
    }

    /// Whether it may bring something back that was removed, or make another asset of it.
    pub fn brings_back(&self) -> bool {
        ["/restore", "/merge", "/unmerge"].iter().any(|end| self.path.ends_with(end))
    }

    fn about(mut self, ids: &[&String]) -> Self {
        self.about = ids.iter().map(|id| (*id).clone()).collect();
        self
    }
}

impl People {
    /// The request as the edge hands it in.
    pub fn request(&mut self, asked: &Asked) -> Request {
        self.requests += 1;
        let token = OWNERS.iter().find(|(owner, ..)| *owner == asked.owner).expect("an owner").1;
        let path = format!("/api/v1{}", asked.path);
        let (path, query) = path.split_once('?').unwrap_or((&path, ""));
        let query = query.split('&').filter_map(|pair| pair.split_once('='));
        let mut headers = BTreeMap::new();
        headers.extend(asked.key.clone().map(|key| ("idempotency-key".to_owned(), key)));
        let text = if asked.body.is_null() { String::new() } else { asked.body.to_string() };
        let sealed = change_members(&text, seals(asked.method, path), |plain| Ok(sealed(plain)));
        Request {
            method: asked.method,
            path: path.to_owned(),
            query: query.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            bearer: Bearer::Hash(hash(token)),
            headers,
            body: if text.is_empty() { text.clone() } else { sealed.expect("JSON") },
            body_digest: digest(&text),
            request_id: format!("req-{}", self.requests),
            entropy: format!("{:064x}", self.requests),
            platform: Platform::default(),
        }
    }

    /// Forgets the removals that a request may undo.
    pub fn forget_removals(&mut self, asked: &Asked, assets: &Assets) {
        let about: Vec<Option<String>> =
            asked.about.iter().map(|id| assets.resolved(asked.owner, id)).collect();
        self.removed
            .retain(|(owner, id)| *owner != asked.owner || !about.contains(&assets.resolved(*owner, id)));
    }

    /// Something that somebody wants now.
    pub fn want(&mut self, db: &Db, provider: &Provider, dice: &mut Dice) -> Option<Asked> {
        let (owner, _, accounts) = OWNERS[usize::from(dice.one_in(4))];
        let (account, number) = dice.pick(accounts);
        let ask = |method, path: String, body| Some(Asked::new(owner, method, path, body));
        let post = |path: String, body| ask(Method::Post, path, body);
        match dice.below(37) {
            0..=5 => post(format!("/providers/pixverse/accounts/{account}/sync-assets"), sync(dice)),
            6..=9 => self.about_a_run(db, dice, owner),
            10..=12 => {
                let id = some_id(db, dice, owner, "assets")?;
                Some(Asked::new(owner, Method::Delete, format!("/assets/{id}"), Value::Null).about(&[&id]))
            }
            13..=14 => {
                let id = some_removed(db, dice, owner)?;
                Some(
                    Asked::new(owner, Method::Post, format!("/assets/{id}/restore"), json!({})).about(&[&id]),
                )
            }
            15..=16 => {
                let (id, other) = (some_id(db, dice, owner, "assets")?, some_id(db, dice, owner, "assets")?);
                let body = json!({ "other_id": other });
                Some(
                    Asked::new(owner, Method::Post, format!("/assets/{id}/merge"), body)
                        .about(&[&id, &other]),
                )
            }
            17 => {
                let id = some_id(db, dice, owner, "assets")?;
                Some(
                    Asked::new(owner, Method::Post, format!("/assets/{id}/unmerge"), json!({})).about(&[&id]),
                )
            }
            18..=20 => self.generation(db, dice, owner, account),
            21 => {
                let id = some_id(db, dice, owner, "generations")?;
                post(format!("/generations/{id}/cancel"), json!({}))
            }
            22..=23 => {
                post(format!("/accounts/{account}/pages?media_type=video"), pages(provider, number, dice))
            }
            24 => post(format!("/accounts/{account}/ids"), ids(provider, dice)),
            25 => post(format!("/accounts/{account}/verify-links"), json!({ "all": true })),
            26 => post(
                "/lineage/refresh".to_owned(),
                json!({ "provider_id": "pixverse", "scope": "current_user" }),
            ),
            27 => {
                let id = some_id(db, dice, owner, "assets")?;
                post("/lineage/refresh".to_owned(), json!({ "asset_ids": [id] }))
            }
            28..=29 => Some(renewal(owner, &provider.token(number))),
            30 => post(format!("/accounts/{account}/check"), json!({})),
            31 => {
                let id = some_id(db, dice, owner, "jobs")?;
                post(
                    format!("/{}/{id}/replay", if id.starts_with("run_") { "runs" } else { "jobs" }),
                    json!({}),
                )
            }
            32 => post("/quarantine/replay".to_owned(), json!({ "all": true })),
            33 => post("/drift/scan".to_owned(), json!({})),
            34..=35 => {
                let (id, parent) = (some_id(db, dice, owner, "assets")?, some_id(db, dice, owner, "assets")?);
                if dice.one_in(3) {
                    return ask(
                        Method::Delete,
                        format!("/assets/{id}/edges?parent_id={parent}"),
                        Value::Null,
                    );
                }
                post(
                    format!("/assets/{id}/edges"),
                    json!({ "parent_id": parent, "relation": "REFERENCE_IMAGE" }),
                )
            }
            _ => {
                let every = dice.pick(&["hourly", "daily", "off"]);
                ask(Method::Patch, format!("/accounts/{account}"), json!({ "auto_sync": every }))
            }
        }
    }

    fn about_a_run(&self, db: &Db, dice: &mut Dice, owner: i64) -> Option<Asked> {
        let mut runs: Vec<(String, String, bool)> = Vec::new();
        let sql = "SELECT id, state, body ->> '$.closing.waits' FROM jobs WHERE owner = ?1 AND kind = 'sync' ORDER BY id";
        db.each(sql, [owner], |row| {
            runs.push((get(row, 0), get(row, 1), get::<Option<i64>>(row, 2) == Some(1)))
        });
        // What waits for a person is seen first.
        let waiting: Vec<usize> = (0..runs.len()).filter(|place| runs[*place].2).collect();
        let place = match waiting.as_slice() {
            _ if runs.is_empty() => return None,
            [] => dice.below(runs.len()),
            waiting if dice.one_in(2) => dice.pick(waiting),
            _ => dice.below(runs.len()),
        };
        let (id, state, waits) = &runs[place];
        let word = match state.as_str() {
            _ if *waits => "confirm-missing",
            "active" => dice.pick(&["pause", "pause", "cancel", "resume"]),
            "paused" => dice.pick(&["resume", "resume", "cancel"]),
            "failed" => dice.pick(&["resume", "fill"]),
            _ => dice.pick(&["confirm-missing", "fill", "resume"]),
        };
        let body =
            if word == "resume" { json!({ "confirm_identity_shift": dice.one_in(2) }) } else { json!({}) };
        Some(Asked::new(owner, Method::Post, format!("/runs/{id}/{word}"), body))
    }

    fn generation(&mut self, db: &Db, dice: &mut Dice, owner: i64, account: &str) -> Option<Asked> {
        let prompt = format!("wish {}", dice.below(6));
        let body = match dice.below(4) {
            0 => json!({ "account_id": account, "operation": "text_to_image", "prompt": prompt }),
            1..=2 => json!({
                "account_id": account, "operation": "text_to_video", "prompt": prompt, "model": "v6",
                "parameters": { "count": 1 + dice.below(2) },
            }),
            _ => {
                let id = some_image(db, dice, owner)?;
                let input = json!({ "asset_id": id, "relation": "SOURCE_IMAGE" });
                json!({ "account_id": account, "operation": "image_to_image", "prompt": prompt, "inputs": [input] })
            }
        };
        let key = format!("key-{}", self.generations.len());
        self.generations.insert(key.clone(), 0);
        Some(Asked { key: Some(key), ..Asked::new(owner, Method::Post, "/generations".to_owned(), body) })
    }
}

/// Connecting an account again, with the token that is accepted now.
pub fn renewal(owner: i64, token: &str) -> Asked {
    let body = json!({ "provider_id": "pixverse", "credential": { "type": "token", "value": token } });
    Asked::new(owner, Method::Post, "/accounts".to_owned(), body)
}

/// A secret as the edge of these tests seals it.
pub fn sealed(plain: &str) -> String {
    format!("sealed:{}", plain.chars().rev().collect::<String>())
}

fn sync(dice: &mut Dice) -> Value {
    let mut body = json!({
        "mode": dice.pick(&["all", "all", "both", "videos", "images"]),
        "create_lineage": dice.pick(&["auto", "auto", "deferred", "inline", "none"]),
        "strategy": dice.pick(&["full", "incremental"]),
        "dry_run": dice.one_in(10),
    });
    if dice.one_in(8) {
        body["limit"] = (1 + dice.below(12)).into();
    }
    if dice.one_in(12) && body["strategy"] == "full" {
        body["windows"] = true.into();
    }
    body
}

/// Pages as a person's own tools print them: rows of videos that the account's library shows.
fn pages(provider: &Provider, account: u64, dice: &mut Dice) -> Value {
    let places = provider.listed(account, "video/created");
    let count = 1 + dice.below(4);
    let rows: Vec<Value> = (0..count.min(places.len()))
        .map(|_| provider.items[dice.pick(&places)].row(account))
        .map(|row| serde_json::from_str(&row).expect("rows are JSON"))
        .collect();
    json!({ "ErrCode": 0, "Resp": { "data": rows } })
}

fn ids(provider: &Provider, dice: &mut Dice) -> Value {
    let count = 1 + dice.below(5);
    let numbers: Vec<String> =
        (0..count).map(|_| provider.items[dice.below(provider.items.len())].number.to_string()).collect();
    json!({ "media_type": dice.pick(&["video", "video", "image"]), "ids": numbers })
}

fn some_id(db: &Db, dice: &mut Dice, owner: i64, table: &str) -> Option<String> {
    some(db, dice, owner, &format!("SELECT id FROM {table} WHERE owner = ?1 ORDER BY id"))
}

fn some_removed(db: &Db, dice: &mut Dice, owner: i64) -> Option<String> {
    some(db, dice, owner, "SELECT id FROM assets WHERE owner = ?1 AND removed = 1 ORDER BY id")
}

fn some_image(db: &Db, dice: &mut Dice, owner: i64) -> Option<String> {
    some(db, dice, owner, "SELECT id FROM assets WHERE owner = ?1 AND media_type = 'image' ORDER BY id")
}

fn some(db: &Db, dice: &mut Dice, owner: i64, sql: &str) -> Option<String> {
    let mut ids = Vec::new();
    db.each(sql, [owner], |row| ids.push(row.get::<_, String>(0).expect("text")));
    (!ids.is_empty()).then(|| ids.swap_remove(dice.below(ids.len())))
}
