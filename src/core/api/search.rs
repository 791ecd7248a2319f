//! What a search text may name: an id, a uuid, a url in any form, a hash, a file name, or an alias in full. Who claims
//! the aliases is read by `assets`; prompts are searched by the filter `text`.

use std::collections::BTreeSet;

use crate::core::alias::{Alias, Scheme};
use crate::core::gather::set_of;
use crate::core::inventory::identity::{Claims, Verdict, is_provider_id};
use crate::core::media::{Api, Making, MediaType};
use crate::core::media_url::{as_uuid, object_key, uuid_in};
use crate::core::providers::pixverse;
use crate::core::row::row;
use crate::core::statement::{BadRows, Rows, rows_at};

/// The providers whose ids carry a scope.
const PROVIDERS: [&str; 1] = [pixverse::PROVIDER_ID];

/// The folders in which providers keep files, so that a bare file name leads to its key.
const FOLDERS: [&str; 9] = [
    "upload/",
    "pixverse/mp4/media/web/ori/",
    "pixverse/mp4/media/",
    "pixverse/i2i/ori/",
    "pixverse/audio/media/web/ori/",
    "pixverse/jpg/media/",
    "pixverse/jpg/media/web/",
    "openapi/output/",
    "openapi/upload/",
];

/// Every alias that the text may stand for.
#[must_use]
pub fn candidates(text: &str) -> BTreeSet<String> {
    let text = text.trim();
    let mut aliases = BTreeSet::new();
    if let Some(alias) = Alias::parse(text) {
        aliases.insert(alias.text());
    }
    if let Some(uuid) = as_uuid(text).or_else(|| uuid_in(text)) {
        aliases.extend(in_every_scope(Scheme::Uuid, &uuid));
    }
    if let Some(key) = object_key(text) {
        aliases.insert(Alias::key(key).text());
    }
    // A key as it stands in an alias, its namespace written out.
    if let Some(key) = text.strip_prefix("pixverse:").and_then(object_key) {
        aliases.insert(Alias::key(key).text());
    }
    if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        aliases.insert(Alias { scheme: Scheme::Sha256, value: text.to_ascii_lowercase() }.text());
    }
    if !text.is_empty() && !text.contains(['/', '\\', ':']) {
        let keys = FOLDERS.iter().filter_map(|folder| object_key(&format!("{folder}{text}")));
        aliases.extend(keys.filter(|_| text.contains('.')).map(|key| Alias::key(key).text()));
        aliases.extend(in_every_scope(Scheme::Id, text));
    }
    aliases
}

fn in_every_scope(scheme: Scheme, id: &str) -> Vec<String> {
    let mut aliases = Vec::new();
    for provider_id in PROVIDERS {
        for api in Api::ALL {
            for media_type in MediaType::ALL {
                for making in Making::ALL {
                    let value = format!("{provider_id}:{api}:{media_type}:{making}:{id}");
                    aliases.push(Alias { scheme, value }.text());
                }
            }
        }
    }
    aliases
}

row! {
    struct ClaimantRow {
        alias: String,
        root: String,
        rank: u8,
        asset: Option<String>,
    }
}

row! {
    struct VerdictRow {
        alias: String,
        other: String,
        at_ms: i64,
        verdict: String,
        author: String,
    }
}

/// The assets to which the aliases lead, out of the rows of `claimants` and `verdicts`: for each alias its keeper and
/// those that contest it, else every root that lists it.
///
/// # Errors
/// [`BadRows`] when a row does not have the expected shape.
pub fn holders(rows: &[Rows]) -> Result<BTreeSet<String>, BadRows> {
    let claimants = rows_at(rows, 0)?.parse::<ClaimantRow>()?;
    let mut claims = Claims::default();
    for row in &claimants {
        claims.claim(&row.alias, &row.root, row.rank);
    }
    for row in rows_at(rows, 1)?.parse::<VerdictRow>()? {
        let verdict = Verdict { at_ms: row.at_ms, same: row.verdict == "same", author: row.author };
        claims.decide(&row.alias, &row.other, verdict);
    }
    let leads = |row: &&ClaimantRow| match claims.keeper(&row.alias) {
        None => true,
        Some(keeper) if keeper == row.root => true,
        Some(keeper) => {
            is_provider_id(&row.root)
                && claims.is_contested(&row.alias)
                && claims.rank(&row.alias, keeper) == Some(row.rank)
        }
    };
    Ok(set_of(claimants.iter().filter(leads).filter_map(|row| row.asset.clone())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_file_names_its_key() {
        let key = "key:pixverse:pixverse/mp4/media/web/ori/a b.mp4";
        for text in [
            "https://media.pixverse.ai/pixverse%2Fmp4%2Fmedia%2Fweb%2Fori%2Fa%20b.mp4",
            "//media.pixverse.ai/pixverse/mp4/media/web/ori/a%20b.mp4?x=1",
            "/pixverse/mp4/media/web/ori/a b.mp4",
            "pixverse:pixverse/mp4/media/web/ori/a b.mp4",
            "key:pixverse:pixverse/mp4/media/web/ori/a b.mp4",
            " a b.mp4 ",
        ] {
            assert!(candidates(text).contains(key), "{text}: {:?}", candidates(text));
        }
    }

    #[test]
    fn an_id_is_looked_for_in_every_scope() {
        let found = candidates("402");
        assert_eq!(found.len(), 12);
        assert!(found.contains("id:pixverse:library:image:uploaded:402"));
        assert!(found.contains("id:pixverse:open_platform:video:created:402"));
    }

    #[test]
    fn a_uuid_is_found_alone_and_in_a_file_name() {
        let uuid = "0B6E5E6A-7C3D-4E8A-9F10-1234567890AB";
        let alias = "uuid:pixverse:library:video:created:0b6e5e6a-7c3d-4e8a-9f10-1234567890ab";
        assert!(candidates(uuid).contains(alias));
        assert!(candidates(&format!("{uuid}_seed7.mp4")).contains(alias));
        assert!(candidates(&format!("https://media.pixverse.ai/x/{uuid}.jpg")).contains(alias));
    }

    #[test]
    fn a_hash_and_nothing_are_what_they_are() {
        assert!(candidates(&"AB".repeat(32)).contains(&format!("sha256:{}", "ab".repeat(32))));
        assert!(candidates("  ").is_empty());
        assert!(candidates("https://media.pixverse.ai/pixverse/jpg/media/default.jpg").is_empty());
    }
}
