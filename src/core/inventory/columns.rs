//! An asset's row as it is written: its columns in order. What they hold is worked out by `settle`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use serde_tuple::Serialize_tuple;

use crate::core::inventory::fold::provider_asset_id;
use crate::core::inventory::settle::Asset;
use crate::core::json::json_text;

/// An asset's row: each member is a column of `assets`. It is written as an array, in the order of [`AssetColumns::NAMES`]: names
/// would be a quarter of what a page writes.
#[derive(Debug, Serialize_tuple)]
#[expect(missing_docs, reason = "the migrations say what the columns hold")]
pub struct AssetColumns<'a> {
    pub id: &'a str,
    pub root: &'a str,
    pub roots: String,
    pub version: i64,
    pub provider_id: &'a str,
    pub api: &'static str,
    pub media_type: &'static str,
    pub making: &'static str,
    pub provider_asset_id: Option<&'a str>,
    pub status: &'a str,
    pub operation: Option<&'a str>,
    pub origin: &'static str,
    pub account: Option<&'a str>,
    pub created_ms: i64,
    pub lineage: &'a str,
    pub evidence: Option<&'a str>,
    pub attention: i64,
    pub shown: i64,
    pub removed: i64,
    pub missing_ms: Option<i64>,
    pub source_generation_id: Option<&'a str>,
    pub fields: String,
}

impl AssetColumns<'_> {
    /// The columns in order.
    pub const NAMES: [&'static str; 22] = [
        "id",
        "root",
        "roots",
        "version",
        "provider_id",
        "api",
        "media_type",
        "making",
        "provider_asset_id",
        "status",
        "operation",
        "origin",
        "account",
        "created_ms",
        "lineage",
        "evidence",
        "attention",
        "shown",
        "removed",
        "missing_ms",
        "source_generation_id",
        "fields",
    ];

    /// The columns by name.
    #[must_use]
    pub fn by_name(&self) -> Map<String, Value> {
        let mut row = Map::new();
        if let Ok(Value::Array(columns)) = serde_json::to_value(self) {
            row.extend(Self::NAMES.iter().map(|name| (*name).to_owned()).zip(columns));
        }
        row
    }
}

impl Asset {
    /// The row's columns.
    #[must_use]
    pub fn columns(&self) -> AssetColumns<'_> {
        let (provider_id, api, making) = self.scope();
        let lineage = &self.folded.lineage;
        AssetColumns {
            id: &self.id,
            root: &self.root,
            roots: json_text(&self.roots),
            version: self.version,
            provider_id,
            api: api.as_str(),
            media_type: self.folded.media_type.as_str(),
            making: making.as_str(),
            provider_asset_id: provider_asset_id(&self.root),
            status: self.text("status").unwrap_or("unknown"),
            operation: self.text("operation"),
            origin: self.origin(),
            account: self.account(),
            created_ms: self.created_ms,
            lineage: &lineage.state,
            evidence: lineage.evidence.as_deref(),
            attention: i64::from(matches!(lineage.state.as_str(), "partial" | "unresolved")),
            shown: i64::from(self.is_shown()),
            removed: i64::from(self.removed),
            missing_ms: self.missing_ms,
            source_generation_id: self.folded.generation_id.as_deref(),
            fields: self.fields(),
        }
    }

    /// Everything that is shown of the asset beyond its columns, as a JSON object with its members in order.
    fn fields(&self) -> String {
        let folded = &self.folded;
        let further = [
            ("feeds", serde_json::to_value(&folded.feeds).unwrap_or_default()),
            ("accounts", serde_json::to_value(&folded.accounts).unwrap_or_default()),
            ("accounts_inherited", folded.inherited.into()),
        ];
        let reason = folded.lineage.reason.as_ref().map(|reason| ("lineage_reason", reason.clone().into()));
        let further: Vec<(&str, Value)> = further.into_iter().chain(reason).collect();
        let mut fields: BTreeMap<&str, &Value> = BTreeMap::new();
        fields.extend(folded.fields.iter().map(|(name, value)| (name.as_str(), value)));
        fields.extend(further.iter().map(|(name, value)| (*name, value)));
        json_text(&fields)
    }
}
