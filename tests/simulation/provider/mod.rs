//! A Pixverse inside the process: accounts with libraries, generations being made, and every way in which a provider is
//! known to fail. It remembers all that is true of it, so that the tables can be held against it.

mod faults;
pub mod item;
mod making;
mod moving;

use std::collections::{BTreeMap, BTreeSet};

use driftline::core::media::{Making, MediaType};
use driftline::core::step::{NowMs, ProviderCall, Reply, Verb};
use serde_json::{Value, json};

use crate::provider::item::Item;
use crate::seed::{Temper, happens};
use crate::support::dice::Dice;

/// The accounts: two of the first owner, one of the second.
pub const ACCOUNTS: [u64; 3] = [77, 78, 88];

/// Which marks the provider puts on its pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Marks {
    /// Everything: how many, whether there are more, where they begin.
    All,
    /// No word of how many.
    NoTotal,
    /// How many, and nothing else.
    TotalOnly,
    /// Nothing: the end is an empty page.
    None,
}

/// A page of a listing that was served.
#[derive(Clone, Debug)]
pub struct Served {
    pub listing: String,
    pub account: u64,
    /// Where it was asked for.
    pub offset: u64,
    /// Where a walk stands behind it.
    pub next: u64,
    /// What its rows are about; `None` for one that does not say.
    pub roots: Vec<Option<String>>,
    /// Whether the provider had nothing behind it.
    pub is_last: bool,
}

impl Served {
    /// In a few words, for the trace.
    pub fn told(&self) -> String {
        let digits = |root: &Option<String>| {
            root.as_deref().and_then(|root| root.rsplit(':').next()).unwrap_or("?").to_owned()
        };
        let rows: Vec<String> = self.roots.iter().map(digits).collect();
        let end = if self.is_last { ", the last" } else { "" };
        format!(
            "{} of {} from {}: [{}], on from {}{end}",
            self.listing,
            self.account,
            self.offset,
            rows.join(" "),
            self.next
        )
    }
}

/// The provider.
pub struct Provider {
    pub items: Vec<Item>,
    /// The items in the order of listings, the newest first; a listing shows those that are its own.
    order: Vec<usize>,
    /// Where an item is, by its root.
    places: BTreeMap<String, usize>,
    pub now: NowMs,
    /// The edition of each account's token that is accepted.
    pub tokens: BTreeMap<u64, u32>,
    /// What was made under each key, and how often the key was acted on.
    pub made: BTreeMap<String, Vec<usize>>,
    /// The fewest rows of a full page.
    page_rows: u64,
    marks: Marks,
    is_focused: bool,
    is_tidy: bool,
    /// Pages that were served since somebody last asked.
    pub served: Vec<Served>,
    uploads: u64,
}

impl Provider {
    /// A library of its first items.
    pub fn new(dice: &mut Dice, temper: &Temper, now: NowMs) -> Self {
        let mut provider = Self {
            items: Vec::new(),
            order: Vec::new(),
            places: BTreeMap::new(),
            now,
            tokens: ACCOUNTS.into_iter().map(|account| (account, 0)).collect(),
            made: BTreeMap::new(),
            page_rows: u64::try_from(temper.page_rows).expect("a size"),
            marks: dice.pick(&[
                Marks::All,
                Marks::All,
                Marks::All,
                Marks::NoTotal,
                Marks::TotalOnly,
                Marks::None,
            ]),
            is_focused: temper.is_focused,
            is_tidy: temper.is_tidy,
            served: Vec::new(),
            uploads: 0,
        };
        for place in 0..temper.items {
            let age = i64::try_from(temper.items - place).expect("an age") * 3_600_000 * 9;
            provider.add_item(dice, now - age);
        }
        provider
    }

    /// The secret of an account's token that is accepted now.
    pub fn token(&self, account: u64) -> String {
        format!("t{account}-{}", self.tokens[&account])
    }

    /// The item of a root.
    pub fn item_of(&self, root: &str) -> Option<&Item> {
        self.places.get(root).map(|place| &self.items[*place])
    }

    /// Answers a call, or fails it; behind it the library may move.
    pub fn answer(&mut self, call: &ProviderCall, dice: &mut Dice, temper: &Temper) -> Reply {
        self.ripen();
        let reply =
            if happens(dice, temper.provider) { self.fail(call, dice) } else { self.obey(call, dice) };
        if happens(dice, temper.moves) {
            self.stir(dice);
        }
        reply
    }

    /// Does what is asked.
    fn obey(&mut self, call: &ProviderCall, dice: &mut Dice) -> Reply {
        if call.verb == Verb::Head {
            return self.head(&call.path);
        }
        let Some(account) = self.account_of(call) else { return refusal(200, 10_005) };
        let body: Value =
            call.body.as_deref().and_then(|body| serde_json::from_str(body).ok()).unwrap_or_default();
        match call.path.trim_start_matches("/creative_platform/") {
            "asset/library/list" => self.list(account, &body, dice),
            "video/list/detail" => self.detail(account, MediaType::Video, &body["video_id"]),
            "image/detail" => self.detail(account, MediaType::Image, &body["image_id"]),
            "getUserInfo" => success(&json!({ "AccountId": account, "Nickname": "A", "MemberType": 2 })),
            "team/workspace/list" => success(&json!({ "workspaces": [] })),
            "user/credits" => success(&json!({ "credit_daily": 60 })),
            "image/upload" | "media/upload" => self.upload(),
            path if path.starts_with("audio/detail") => {
                let id = path.rsplit('=').next().and_then(|digits| digits.parse::<u64>().ok());
                self.detail(account, MediaType::Audio, &json!(id))
            }
            path => self.create(account, path, &body, dice),
        }
    }

    fn account_of(&self, call: &ProviderCall) -> Option<u64> {
        let (_, sealed) = call.credential.as_ref()?;
        let secret: String = sealed.strip_prefix("sealed:")?.chars().rev().collect();
        ACCOUNTS.into_iter().find(|account| self.token(*account) == secret)
    }

    fn head(&self, url: &str) -> Reply {
        let is_there = self.items.iter().any(|item| !item.accounts.is_empty() && item.url() == url);
        Reply::Answer { status: if is_there { 200 } else { 404 }, retry_after_s: None, body: String::new() }
    }

    fn upload(&mut self) -> Reply {
        self.uploads += 1;
        let id = 900_000 + self.uploads;
        success(&json!({ "img_id": id, "img_url": format!("https://media.pixverse.ai/upload/{id}.png") }))
    }

    fn detail(&self, account: u64, media_type: MediaType, id: &Value) -> Reply {
        let found = self.items.iter().find(|item| {
            item.media_type == media_type
                && item.making == Making::Created
                && item.accounts.contains(&account)
                && Some(item.number) == id.as_u64()
        });
        match found {
            Some(item) if media_type == MediaType::Audio => {
                row_reply(&format!("{{\"audio\":{}}}", item.row(account)))
            }
            Some(item) => row_reply(&item.row(account)),
            None => refusal(200, 500_008),
        }
    }

    /// The places that a listing of an account shows, in order.
    pub fn listed(&self, account: u64, listing: &str) -> Vec<usize> {
        let shows = |place: &&usize| {
            let item = &self.items[**place];
            item.accounts.contains(&account) && item.listing() == listing
        };
        self.order.iter().filter(shows).copied().collect()
    }

    fn list(&mut self, account: u64, body: &Value, dice: &mut Dice) -> Reply {
        let making = if body["asset_source"] == 1 { Making::Created } else { Making::Uploaded };
        let listing = format!("{}/{making}", body["tab"].as_str().expect("a tab"));
        let mut all = self.listed(account, &listing);
        if let (Some(from), Some(to)) =
            (body["filter"]["start_time"].as_i64(), body["filter"]["end_time"].as_i64())
        {
            all.retain(|place| (from..=to).contains(&(self.items[*place].created_ms / 1_000)));
        }
        let offset = body["offset"].as_u64().expect("an offset");
        // A hostile page is shorter than what was asked for.
        let short =
            if dice.one_in(5) { 1 + u64::try_from(dice.below(3)).expect("few") } else { self.page_rows };
        let rows = short.min(body["limit"].as_u64().expect("a limit"));
        let count = |number: u64| usize::try_from(number).expect("a size").min(all.len());
        let places = all[count(offset)..count(offset + rows)].to_vec();
        let texts: Vec<String> = places.iter().map(|place| self.items[*place].row(account)).collect();
        let (total, next) =
            (u64::try_from(all.len()).expect("a size"), offset + u64::try_from(places.len()).expect("few"));
        let is_last = next >= total;
        let roots = places.iter().map(|place| self.items[*place].root_on_a_page()).collect();
        self.served.push(Served { listing, account, offset, next, roots, is_last });
        row_reply(&self.page(&texts, total, next, is_last))
    }

    fn page(&self, rows: &[String], total: u64, next: u64, is_last: bool) -> String {
        let rows = rows.join(",");
        match self.marks {
            Marks::All => {
                format!(r#"{{"data":[{rows}],"total":{total},"has_more":{},"next_offset":{next}}}"#, !is_last)
            }
            Marks::NoTotal => format!(r#"{{"data":[{rows}],"has_more":{},"next_offset":{next}}}"#, !is_last),
            Marks::TotalOnly => format!(r#"{{"data":[{rows}],"total":{total}}}"#),
            Marks::None => format!(r#"{{"data":[{rows}]}}"#),
        }
    }

    /// Roots that the accounts' listings show now.
    pub fn roots_listed(&self, accounts: &[u64]) -> BTreeSet<String> {
        let shown =
            self.items.iter().filter(|item| accounts.iter().any(|account| item.accounts.contains(account)));
        shown.map(Item::root).collect()
    }
}

fn success(resp: &Value) -> Reply {
    row_reply(&resp.to_string())
}

fn row_reply(resp: &str) -> Reply {
    let body = format!(r#"{{"ErrCode":0,"ErrMsg":"Success","Resp":{resp}}}"#);
    Reply::Answer { status: 200, retry_after_s: None, body }
}

fn refusal(status: u16, code: i64) -> Reply {
    let body = json!({ "ErrCode": code, "ErrMsg": "no", "Resp": null }).to_string();
    Reply::Answer { status, retry_after_s: None, body }
}
