//! How an asset is shown: the original's field names, times as RFC 3339, accounts by our ids. Reading it is left to
//! `assets` and `asset`.

use serde_json::{Map, Value, json};

use crate::core::alias::Alias;
use crate::core::api::found::AccountNames;
use crate::core::clock::rfc3339;
use crate::core::facts::Context;
use crate::core::gather::{object_of, sorted};
use crate::core::inventory::fold::LineageState;
use crate::core::inventory::observe::Sighting;
use crate::core::inventory::world::World;
use crate::core::json::parse_lenient;
use crate::core::media::{Api, Making, MediaType, Status};
use crate::core::media_url::object_key;
use crate::core::providers::extract_in;
use crate::core::row::row;
use crate::core::sql::assets::AssetRow;
use crate::core::statement::BadRows;

/// Folded fields that a page of assets shows; the others stand in the asset's own document.
const SHORT: [&str; 9] = [
    "preview_url",
    "width",
    "height",
    "duration_s",
    "model",
    "name",
    "prompts",
    "status_code",
    "create_mode",
];

/// Folded fields that only the asset's own document shows, by their own names.
const LONG: [&str; 4] = ["negative_prompt", "seed", "warnings", "feeds"];

/// An asset with its folded fields read.
pub struct View<'a> {
    row: &'a AssetRow,
    fields: Map<String, Value>,
    accounts: &'a AccountNames,
}

impl<'a> View<'a> {
    /// Reads the folded fields of a row.
    ///
    /// # Errors
    /// [`BadRows`] when they are no JSON object.
    pub fn new(row: &'a AssetRow, accounts: &'a AccountNames) -> Result<Self, BadRows> {
        let fields = serde_json::from_str(&row.fields)
            .map_err(|error| BadRows { reason: format!("fields of {}: {error}", row.id) })?;
        Ok(Self { row, fields, accounts })
    }

    /// The asset as it stands in a page.
    #[must_use]
    pub fn summary(&self) -> Map<String, Value> {
        let row = self.row;
        let mut shown = Map::new();
        let mut put = |name: &str, value: Value| shown.insert(name.to_owned(), value);
        put("id", row.id.clone().into());
        put("provider_id", row.provider_id.clone().into());
        put("provider_asset_id", row.provider_asset_id.clone().into());
        put("provider_account_id", self.account_id(row.account.as_deref()));
        put("api", row.api.clone().into());
        put("media_type", row.media_type.clone().into());
        put("making", row.making.clone().into());
        put("status", row.status.clone().into());
        put("operation", row.operation.clone().into());
        put("origin", row.origin.clone().into());
        put("created_at", rfc3339(row.created_ms).into());
        put("remote_url", self.remote_url());
        put("thumbnail_url", self.thumbnail_url());
        put("source_generation_id", row.source_generation_id.clone().into());
        put("removed", (row.removed == 1).into());
        put("missing_since", row.missing_ms.map(rfc3339).into());
        put("lineage", self.lineage());
        put("in_conflict", (row.in_conflict == 1).into());
        put("link_broken", (row.link_broken == 1).into());
        for name in SHORT {
            put(name, self.field(name));
        }
        shown.entry("prompts").and_modify(or_empty_list);
        shown
    }

    /// The asset's own document, less what other rows say of it.
    #[must_use]
    pub fn document(&self) -> Map<String, Value> {
        let mut shown = self.summary();
        for name in LONG {
            shown.insert(name.to_owned(), self.field(name));
        }
        shown.insert("segments".to_owned(), self.field("segments"));
        for name in ["segments", "warnings", "feeds"] {
            shown.entry(name).and_modify(or_empty_list);
        }
        shown.insert("settings".to_owned(), self.settings());
        shown.insert("accounts".to_owned(), self.account_list());
        shown.insert("version".to_owned(), self.row.version.into());
        shown
    }

    /// The folded fields as they are stored.
    #[must_use]
    pub fn folded_fields(&self) -> &Map<String, Value> {
        &self.fields
    }

    /// Why its lineage is not complete.
    #[must_use]
    pub fn lineage_reason(&self) -> Value {
        self.field("lineage_reason")
    }

    /// Whether this is the lineage that is stored.
    #[must_use]
    pub fn is_lineage(&self, lineage: &LineageState) -> bool {
        let stored = (&self.row.lineage, self.lineage_reason(), &self.row.evidence);
        stored == (&lineage.state, lineage.reason.clone().into(), &lineage.evidence)
    }

    fn field(&self, name: &str) -> Value {
        self.fields.get(name).cloned().unwrap_or_default()
    }

    /// An image without a still of its own is its own still.
    /// What moderation refused is not shown, even where it was delivered before: the provider may have taken the file
    /// away, or wants nobody to see it. The inventory keeps the url, and shows it again with the next row that is done.
    fn remote_url(&self) -> Value {
        if self.row.status == Status::Filtered.as_str() { Value::Null } else { self.field("media_url") }
    }

    fn thumbnail_url(&self) -> Value {
        if self.row.status == Status::Filtered.as_str() {
            return Value::Null;
        }
        let own = if self.row.media_type == "image" { self.field("media_url") } else { Value::Null };
        self.fields.get("thumbnail_url").cloned().unwrap_or(own)
    }

    fn lineage(&self) -> Value {
        json!({
            "state": self.row.lineage,
            "reason": self.field("lineage_reason"),
            "needs_attention": self.row.attention == 1,
        })
    }

    /// Pairs by name, as one object.
    fn settings(&self) -> Value {
        let settings = self.field("settings");
        let pairs = settings.as_array().into_iter().flatten();
        let text =
            |pair: &Value, place: usize| pair.get(place).and_then(Value::as_str).map(ToOwned::to_owned);
        object_of(pairs.filter_map(|pair| Some((text(pair, 0)?, text(pair, 1)?.into()))))
    }

    /// Our id of an account; its identity at the provider where it is not connected here.
    #[must_use]
    pub fn account_id(&self, identity: Option<&str>) -> Value {
        let id = identity.map(|identity| self.accounts.get(identity).map_or(identity, |name| &name.id));
        id.into()
    }

    /// The accounts that listed it, or whose rows name it.
    #[must_use]
    pub fn account_list(&self) -> Value {
        let identities = self.field("accounts");
        let identities = identities.as_array().into_iter().flatten().filter_map(Value::as_str);
        let inherited = self.fields.get("accounts_inherited").and_then(Value::as_bool).unwrap_or(false);
        let listed = identities.map(|identity| {
            let name = self.accounts.get(identity);
            json!({
                "id": name.map(|name| &name.id),
                "label": name.map(|name| &name.label),
                "identity": identity,
                "inherited": inherited,
            })
        });
        listed.collect()
    }
}

fn or_empty_list(value: &mut Value) {
    if value.is_null() {
        *value = Value::Array(Vec::new());
    }
}

/// Every alias that these roots list, and whether the asset keeps it.
#[must_use]
pub fn render_aliases(world: &World, roots: &[String]) -> Value {
    let mut shown: Vec<Value> = Vec::new();
    for (_, text) in sorted(roots.iter().flat_map(|root| world.claims.listed(root))) {
        let Some(alias) = Alias::parse(&text) else { continue };
        let entry = json!({
            "scheme": alias.scheme.as_str(),
            "value": alias.value,
            "kept": world.claims.holder(&text).is_some_and(|holder| roots.contains(&holder)),
            "contested": world.claims.is_contested(&text),
        });
        if !shown.contains(&entry) {
            shown.push(entry);
        }
    }
    Value::Array(shown)
}

/// The file that a url leads to, however it is spelled or signed.
#[must_use]
pub fn file_of(url: &str) -> String {
    object_key(url).unwrap_or_else(|| url.to_owned())
}

row! {
    /// A stored observation as it is shown.
    #[derive(Clone, Debug)]
    pub struct ObservationRow {
        /// The root that it is about.
        pub root: String,
        /// The digest of what it says.
        pub digest: String,
        provider_id: String,
        api: String,
        media_type: String,
        making: String,
        extractor: i64,
        seen: String,
        payload: String,
    }
}

impl ObservationRow {
    /// How long its payload is.
    #[must_use]
    pub fn size(&self) -> usize {
        self.payload.len()
    }

    /// When it told of a file, as far as is written on it; `None` when it tells of none, or of another.
    #[must_use]
    pub fn told_ms(&self, file: &str) -> Option<Vec<i64>> {
        let context = Context {
            media_type: MediaType::parse(&self.media_type)?,
            api: Api::parse(&self.api),
            making: Making::parse(&self.making),
        };
        let facts = extract_in(&self.provider_id, context, &self.payload).ok()?;
        facts.media_url.as_deref().filter(|url| file_of(url) == file)?;
        let seen: Vec<Sighting> = serde_json::from_str(&self.seen).ok()?;
        Some(seen.iter().flat_map(|sighting| [sighting.2, sighting.3]).collect())
    }

    /// The observation with its payload and sightings.
    ///
    /// # Errors
    /// [`BadRows`] when the sightings or the payload are not as they were stored.
    pub fn render(&self, accounts: &AccountNames) -> Result<Value, BadRows> {
        let bad = |error: String| BadRows { reason: format!("observation {}: {error}", self.digest) };
        let seen: Vec<Sighting> = serde_json::from_str(&self.seen).map_err(|error| bad(error.to_string()))?;
        let payload = parse_lenient(&self.payload).map_err(|error| bad(error.to_string()))?;
        let sightings: Vec<Value> = seen.iter().map(|one| render_sighting(one, accounts)).collect();
        Ok(json!({
            "id": format!("obs_{}", self.digest),
            "root": self.root,
            "digest": self.digest,
            "provider_id": self.provider_id,
            "api": self.api,
            "media_type": self.media_type,
            "making": self.making,
            "extractor_version": self.extractor,
            "sightings": sightings,
            "payload": payload,
        }))
    }
}

/// A sighting as it is shown.
#[must_use]
pub fn render_sighting(seen: &Sighting, accounts: &AccountNames) -> Value {
    let Sighting(feed, account, first_ms, last_ms) = seen;
    json!({
        "feed": feed.as_str(),
        "provider_account_id": accounts.get(account).map_or(account, |name| &name.id),
        "first_seen_at": rfc3339(*first_ms),
        "last_seen_at": rfc3339(*last_ms),
    })
}
