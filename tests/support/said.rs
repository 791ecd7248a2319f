//! What an inventory says, one canonical text an asset: as the tables have it, and as the pure function of what was
//! observed and decided has it, with no order and no tables. The laws hold the two equal.

use std::collections::{BTreeMap, BTreeSet};

use driftline::core::inventory::digest::{AssetRow, EdgeRow, InventoryDigest, text_of};
use driftline::core::inventory::fold::{Folded, Member, Referenced, evidence_of, fold};
use driftline::core::inventory::identity::{Claims, NAMED, OWN, Root, Verdict, canonical};
use driftline::core::inventory::observe::{Change, Observed, Said, Stored, add_sighting};
use driftline::core::inventory::settle::Asset;
use driftline::core::inventory::world::{Decision, Family, Incoming, accounts_of};
use driftline::core::row::FromRow;
use driftline::core::statement::Rows;
use serde_json::{Value, json};

use crate::support::db::Db;

/// What the tables say, one canonical text an asset. On the way: a digest taken asset by asset is the digest.
pub fn said_by_tables(db: &Db) -> BTreeSet<String> {
    let rows = |sql| db.query(sql);
    let assets = rows("SELECT * FROM assets");
    let edges =
        rows("SELECT child, evidence, slot, parent, relation, operation, anchor, name, denied FROM edges");
    let claims = claims_of_rows(
        &rows("SELECT alias, root, rank, lists FROM claims"),
        &rows("SELECT alias, other, at_ms, verdict, author FROM decisions WHERE family = 'identity'"),
    );
    let (assets, edges): (Vec<AssetRow>, Vec<EdgeRow>) = (parse(assets), parse(edges));
    let (mut total, mut at_once) = (InventoryDigest::default(), InventoryDigest::default());
    for asset in &assets {
        let mut one = InventoryDigest::default();
        one.add(std::slice::from_ref(asset), &claims, &edges);
        total.add(std::slice::from_ref(asset), &claims, &edges);
    }
    at_once.add(&assets, &claims, &edges);
    assert_eq!(total, at_once, "a digest taken asset by asset is the digest");
    texts(&assets, &edges, &claims)
}

/// The same from rows, wherever they stand.
pub fn said_by_rows(
    assets: Vec<Value>,
    edges: Vec<Value>,
    claims: &[Value],
    decisions: &[Value],
) -> BTreeSet<String> {
    let (assets, edges): (Vec<AssetRow>, Vec<EdgeRow>) = (parse(assets), parse(edges));
    texts(&assets, &edges, &claims_of_rows(claims, decisions))
}

fn texts(assets: &[AssetRow], edges: &[EdgeRow], claims: &Claims) -> BTreeSet<String> {
    let text = |asset: &AssetRow| {
        let roots: BTreeSet<Root> = serde_json::from_str(&asset.roots).unwrap();
        text_of(asset, &roots, claims, &edges_in_force(asset, &roots, edges))
    };
    assets.iter().map(text).collect()
}

fn edges_in_force(asset: &AssetRow, roots: &BTreeSet<Root>, edges: &[EdgeRow]) -> BTreeSet<String> {
    edges
        .iter()
        .filter(|edge| roots.contains(&edge.child) && Some(&edge.evidence) == asset.evidence.as_ref())
        .map(edge_text)
        .collect()
}

fn edge_text(edge: &EdgeRow) -> String {
    json!([edge.slot, edge.parent, edge.relation, edge.operation, edge.anchor, edge.name, false, edge.denied])
        .to_string()
}

pub fn parse<T: FromRow>(rows: Vec<Value>) -> Vec<T> {
    Rows { json: Value::Array(rows).to_string() }.parse().unwrap()
}

fn claims_of_rows(rows: &[Value], decisions: &[Value]) -> Claims {
    let mut claims = Claims::default();
    for row in rows {
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        claims.claim(&text("alias"), &text("root"), u8::try_from(row["rank"].as_i64().unwrap()).unwrap());
        if let Some(lists) = row["lists"].as_str() {
            for (strength, alias) in serde_json::from_str::<Vec<(u8, String)>>(lists).unwrap() {
                claims.list(&text("root"), &alias, strength);
            }
        }
    }
    for row in decisions {
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let verdict = Verdict {
            at_ms: row["at_ms"].as_i64().unwrap(),
            same: text("verdict") == "same",
            author: text("author"),
        };
        claims.decide(&text("alias"), &text("other"), verdict);
    }
    claims
}

/// The pure function: what payloads and decisions say together.
pub fn said_by(incoming: Vec<Incoming>, decisions: &[Decision]) -> BTreeSet<String> {
    let mut claims = Claims::default();
    let mut observed: BTreeMap<Root, BTreeMap<String, Observed>> = BTreeMap::new();
    let mut presence: BTreeMap<&str, (i64, &str)> = BTreeMap::new();
    for one in incoming {
        add_payload(&mut claims, &mut observed, one);
    }
    for one in decisions {
        match one.family {
            Family::Identity => {
                let same = one.verdict == "same";
                let verdict = Verdict { at_ms: one.at_ms, same, author: one.author.clone() };
                claims.decide(&one.alias, &one.other, verdict);
            }
            _ => {
                let known = presence.entry(&one.alias).or_insert((one.at_ms, one.verdict));
                *known = (*known).max((one.at_ms, one.verdict));
            }
        }
    }
    let (referenced, edges) = add_sources(&mut claims, &observed);
    let roots: BTreeSet<Root> = claims.roots().map(ToOwned::to_owned).collect();
    claims
        .groups(&roots)
        .into_iter()
        .map(|roots| {
            let members: Vec<Member<'_>> = roots
                .iter()
                .map(|root| Member {
                    root,
                    observations: observed
                        .get(root)
                        .into_iter()
                        .flatten()
                        .map(|(digest, one)| (digest.as_str(), one))
                        .collect(),
                    referenced: referenced.get(root),
                })
                .collect();
            let removed = roots.iter().flat_map(|root| claims.listed(root)).any(|(_, alias)| {
                presence.get(alias.as_str()).is_some_and(|(_, verdict)| *verdict == "remove")
            });
            let row = row_of(&roots, removed, fold(&members));
            text_of(&row, &roots, &claims, &edges_in_force(&row, &roots, &edges))
        })
        .collect()
}

fn add_payload(
    claims: &mut Claims,
    observed: &mut BTreeMap<Root, BTreeMap<String, Observed>>,
    one: Incoming,
) {
    let root = one.facts.root().expect("the generator gives every payload an identity").text();
    let aliases: Vec<String> = one.facts.aliases.iter().map(|alias| alias.text()).collect();
    list(claims, &root, &aliases, OWN);
    let entry = observed.entry(root).or_default().entry(one.digest).or_insert_with(|| Observed {
        seen: Vec::new(),
        linked: true,
        payload: None,
        context: Stored {
            provider_id: "pixverse".into(),
            api: one.facts.api,
            media_type: one.facts.media_type,
            making: one.facts.making,
            extractor: 1,
        },
        said: Some(Said::of(one.facts)),
        change: Change::None,
    });
    add_sighting(&mut entry.seen, &one.seen);
}

fn list(claims: &mut Claims, root: &str, aliases: &[String], rank: u8) {
    claims.claim(root, root, OWN);
    let key = aliases.iter().position(|alias| alias.starts_with("key:"));
    for (index, alias) in aliases.iter().enumerate() {
        claims.claim(alias, root, if alias == root { OWN } else { rank });
        let strength = match alias.split(':').next().unwrap() {
            "id" => 0,
            "uuid" if key.is_none_or(|key| index < key) => 1,
            "key" => 2,
            _ => 3,
        };
        claims.list(root, alias, strength);
    }
}

fn add_sources(
    claims: &mut Claims,
    observed: &BTreeMap<Root, BTreeMap<String, Observed>>,
) -> (BTreeMap<Root, Referenced>, Vec<EdgeRow>) {
    let mut referenced: BTreeMap<Root, Referenced> = BTreeMap::new();
    let mut edges = Vec::new();
    for (child, contents) in observed {
        for one in contents.values() {
            let facts = one.facts().unwrap();
            for entry in &facts.parents {
                let aliases: Vec<String> = entry.aliases.iter().map(|alias| alias.text()).collect();
                list(claims, &aliases[0], &aliases, NAMED);
                let said = Referenced::of(entry, accounts_of(&one.seen));
                referenced
                    .entry(aliases[0].clone())
                    .and_modify(|known| {
                        known.absorb(&said);
                    })
                    .or_insert(said);
                edges.push(EdgeRow {
                    child: child.clone(),
                    evidence: evidence_of(facts).unwrap(),
                    slot: entry.position.into(),
                    parent: aliases[0].clone(),
                    relation: entry.relation.as_str().into(),
                    operation: facts.operation.map(|operation| operation.as_str().into()),
                    anchor: entry.anchor.map(|anchor| anchor.as_str().into()),
                    name: entry.name.clone(),
                    denied: 0,
                });
            }
        }
    }
    (referenced, edges)
}

fn row_of(roots: &BTreeSet<Root>, removed: bool, folded: Folded) -> AssetRow {
    let asset = Asset {
        id: String::new(),
        root: canonical(roots).unwrap().clone(),
        roots: roots.clone(),
        version: 0,
        known: false,
        removed,
        missing_ms: None,
        created_ms: 0,
        folded,
    };
    parse(vec![asset.columns().by_name().into()]).remove(0)
}
