//! The report: for each aspect what either road says, how often they disagree, and how bad that is. It is made from
//! counts; how it is read as text is left to `report_text`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::core::drift::kind::{Aspect, level_of};
use crate::core::row::row;
use crate::core::sql::drift_report::WARNED_ASSETS;
use crate::core::statement::{BadRows, Rows, rows_at};

/// From this share of the assets on, a level is one worse.
const MANY_PERCENT: i64 = 5;
/// Fewer findings than this are not many, however few assets there are.
const MANY: i64 = 5;

/// What never counts, because it is meant to be so.
const BY_DESIGN: [(&str, &str); 7] = [
    (
        "no_generation_for_synced_assets",
        "An asset that was only imported has no request here, and none is invented.",
    ),
    (
        "lineage_deferred_where_asked",
        "An import may leave sources to a later job, or to a refresh; until then they are pending.",
    ),
    (
        "request_knows_less",
        "A request record has no dimensions, url or time of creation: only the provider knows them.",
    ),
    (
        "settings_of_one_side",
        "Settings that only one side names, or leaves to the provider (auto), are not compared.",
    ),
    (
        "state_changes",
        "Status and urls change over time: the latest sighting counts; a url counts by its file alone.",
    ),
    (
        "one_parent_many_names",
        "Source lists are compared by the assets they lead to, not by how they name them.",
    ),
    ("removed_by_you", "Assets that a person removed, and sources never seen themselves, are not compared."),
];

row! {
    struct CountRow {
        aspect: String,
        kind: String,
        state: String,
        severity: u8,
        media_type: Option<String>,
        count: i64,
    }
}

row! {
    struct ExampleRow {
        id: String,
        kind: String,
        severity: u8,
        aspect: String,
        media_type: Option<String>,
        asset: Option<String>,
        subject: String,
        part: String,
        in_aspect: i64,
        in_images: i64,
    }
}

row! {
    struct RoadRow {
        media_type: String,
        origin: String,
        lineage: String,
        made_here: i64,
        count: i64,
    }
}

row! {
    struct WarningRow {
        code: String,
        count: i64,
    }
}

/// What the roads brought, for one aspect: all assets, or images alone.
#[derive(Default)]
struct Roads {
    generated: i64,
    synced: i64,
    both: i64,
    made_here: i64,
    lineage: BTreeMap<String, i64>,
}

impl Roads {
    fn of<'a>(rows: impl Iterator<Item = &'a RoadRow>) -> Self {
        let mut roads = Self::default();
        for row in rows.filter(|row| row.origin != "referenced") {
            match row.origin.as_str() {
                "generated" => roads.generated += row.count,
                "both" => roads.both += row.count,
                _ => roads.synced += row.count,
            }
            roads.made_here += row.count * row.made_here;
            *roads.lineage.entry(row.lineage.clone()).or_default() += row.count;
        }
        roads
    }

    const fn total(&self) -> i64 {
        self.generated + self.synced + self.both
    }
}

/// The report as JSON, from the rows of `count_drift`, `worst_drift`, `count_roads`, `count_warnings`.
///
/// # Errors
/// [`BadRows`] when they do not have the expected shape.
pub fn report(rows: &[Rows], generated_at: &str, last_scan: Value) -> Result<Value, BadRows> {
    let counts = rows_at(rows, 0)?.parse::<CountRow>()?;
    let examples = rows_at(rows, 1)?.parse::<ExampleRow>()?;
    let roads = rows_at(rows, 2)?.parse::<RoadRow>()?;
    let warnings = rows_at(rows, 3)?.parse::<WarningRow>()?;
    let mut worst = Level::NONE;
    let mut aspects = Vec::new();
    for aspect in Aspect::ALL {
        let images = *aspect == Aspect::ImageParity;
        let own = counts.iter().filter(|row| is_about(*aspect, &row.aspect, row.media_type.as_deref()));
        let seen = Roads::of(roads.iter().filter(|row| !images || row.media_type == "image"));
        let (line, level) = render_aspect(*aspect, own, &seen, &examples);
        worst = worst.max(level);
        aspects.push(line);
    }
    Ok(json!({
        "overall": worst.word(),
        "generated_at": generated_at,
        "aspects": aspects,
        "totals": render_totals(&Roads::of(roads.iter())),
        "by_design": BY_DESIGN.iter().map(|(code, why)| json!({ "code": code, "why": why })).collect::<Vec<_>>(),
        "extractor_warnings": render_warnings(&warnings),
        "thresholds": thresholds(),
        "last_scan": last_scan,
    }))
}

fn is_about(aspect: Aspect, word: &str, media_type: Option<&str>) -> bool {
    word == aspect.as_str() || (aspect == Aspect::ImageParity && media_type == Some("image"))
}

/// How bad a row is: the severity of what is open, else whether something is accepted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Level {
    open: u8,
    accepted: bool,
}

impl Level {
    const NONE: Self = Self { open: 0, accepted: false };

    const fn word(self) -> &'static str {
        if self.open == 0 && self.accepted { "accepted" } else { level_of(self.open) }
    }
}

fn render_aspect<'a>(
    aspect: Aspect,
    counts: impl Iterator<Item = &'a CountRow>,
    roads: &Roads,
    examples: &[ExampleRow],
) -> (Value, Level) {
    let (mut open, mut accepted) = (0, 0);
    let mut level = Level::NONE;
    let mut by_kind: BTreeMap<&str, i64> = BTreeMap::new();
    for row in counts {
        if row.state == "open" {
            open += row.count;
            level.open = level.open.max(row.severity);
            *by_kind.entry(&row.kind).or_default() += row.count;
        } else {
            accepted += row.count;
            level.accepted = true;
        }
    }
    if open >= MANY && open * 100 > roads.total() * MANY_PERCENT {
        level.open = (level.open + 1).min(3);
    }
    let (generation, sync) = what_they_say(aspect);
    let mut line = Map::new();
    let mut put = |name: &str, value: Value| line.insert(name.to_owned(), value);
    put("aspect", aspect.as_str().into());
    put("level", level.word().into());
    put("generation_path", json!({ "says": generation, "assets": roads.generated + roads.both }));
    put("sync_path", json!({ "says": sync, "assets": roads.synced + roads.both }));
    put("counts", json!({ "open": open, "accepted": accepted, "both_paths": roads.both }));
    put("by_kind", json!(by_kind));
    if aspect == Aspect::LineageTiming {
        put("lineage", json!(roads.lineage));
    }
    put("examples", render_examples(aspect, examples));
    (Value::Object(line), level)
}

fn render_examples(aspect: Aspect, examples: &[ExampleRow]) -> Value {
    let images = aspect == Aspect::ImageParity;
    let own = examples.iter().filter(|row| {
        if images {
            row.media_type.as_deref() == Some("image") && row.in_images <= 3
        } else {
            row.aspect == aspect.as_str() && row.in_aspect <= 3
        }
    });
    own.map(|row| {
        json!({
            "id": row.id,
            "kind": row.kind,
            "level": level_of(row.severity),
            "asset_id": row.asset,
            "subject": row.subject,
            "part": row.part,
        })
    })
    .collect()
}

/// What the generation path and the sync path each go by.
const fn what_they_say(aspect: Aspect) -> (&'static str, &'static str) {
    match aspect {
        Aspect::MetadataShape => (
            "the request record gives prompt, model and settings, the provider's answers the rest",
            "every payload goes through the same extractor; a new path or type is noted",
        ),
        Aspect::LineageTiming => (
            "sources come from the recorded inputs, in the batch that writes the record",
            "sources come with the page, or with a job that is queued with it",
        ),
        Aspect::AssetIdentity => (
            "the id that the provider's create answer names",
            "the row's id, declared uuid and object key; the smallest id keeps a contested one",
        ),
        Aspect::SourceGenerationId => {
            ("set by the request record, whatever comes first", "none, and none is invented")
        }
        Aspect::EmbeddedParentCreation => (
            "inputs by the root alias they were given with",
            "source entries of the payload, as stubs that become the real asset",
        ),
        Aspect::OperationMapping => (
            "the operation that was asked for",
            "create_mode by one table; an unknown mode takes the default row and warns",
        ),
        Aspect::ImageParity => (
            "images are asked for and recorded like clips",
            "images are listed and read by the same rules as clips",
        ),
        Aspect::UpstreamState => (
            "polled until the result is there or the deadline has passed",
            "the latest row is believed; only a complete scan marks what is missing",
        ),
        Aspect::StoredState => {
            ("rows are the fold of the stored observations", "rows are the fold of the stored observations")
        }
    }
}

fn render_totals(roads: &Roads) -> Value {
    json!({
        "assets": roads.total(),
        "generated_only": roads.generated,
        "synced_only": roads.synced,
        "both": roads.both,
        "with_source_generation_id": roads.made_here,
    })
}

fn render_warnings(rows: &[WarningRow]) -> Value {
    let assets: i64 = rows.iter().filter(|row| row.code.is_empty()).map(|row| row.count).sum();
    let by_code: BTreeMap<&str, i64> =
        rows.iter().filter(|row| !row.code.is_empty()).map(|row| (row.code.as_str(), row.count)).collect();
    json!({
        "by_code": by_code,
        "covers": { "assets": assets, "newest_first": true, "all": assets < WARNED_ASSETS },
    })
}

fn thresholds() -> Value {
    json!({
        "no_drift": "nothing is open",
        "low": "open findings that a rule settles, or that only wait",
        "medium": "open findings about parents, results or presence",
        "high": "open findings that make identities or stored rows doubtful",
        "accepted": "nothing is open, and something is accepted",
        "one_worse": format!("from {MANY} open findings on, if they are more than {MANY_PERCENT} % of the assets"),
        "overall": "the worst that is not accepted",
    })
}
