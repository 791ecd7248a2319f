//! A seeded world of two hundred assets, seen by every road over two accounts in any order: clean, it has no findings;
//! with disagreements of every kind planted, the scan and the report find all of them and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use driftline::core::drift::case::Findings;
use driftline::core::drift::kind::Kind;
use driftline::core::drift::upstream::{BrokenLink, link_broken};
use driftline::core::jobs::ledger::write_learned;
use driftline::core::media::{Feed, MediaType, Operation};
use driftline::core::schema::{Kind as Payloads, LedgerRow, Look};
use driftline::core::sql::drift::write_findings;
use serde_json::{Value, json};

use super::harness::{
    HOUR, SECOND, end_scan_of_sounds, library, note_complete_scan, record, scan, still_input,
};
use super::paths::assert_evidence_stands;
use super::report::levels;
use crate::library::{ACCOUNT, Library, NOW, clip, clip_from, extended, still};
use crate::world::Dice;

/// One payload as one road shows it on one account.
#[derive(Clone)]
struct Shown(Feed, &'static str, MediaType, Value);

struct Seeded {
    dice: Dice,
    shown: Vec<Shown>,
}

fn key_of(still: u64) -> String {
    format!("pixverse/i2i/ori/{still}.png")
}

fn transition(id: u64, stills: [u64; 2]) -> Value {
    let mut clip = clip(id, 1);
    clip["create_mode"] = json!("transition");
    clip["customer_paths"] = json!({ "customer_img_paths": stills.map(key_of) });
    clip
}

/// A clip as the provider shows what was asked for here.
fn answered(mut clip: Value) -> Value {
    clip["model"] = json!("V6");
    clip["quality"] = json!("720p");
    clip
}

fn generated(id: u64) -> (Value, Value) {
    let prompt = format!("Clip number {id}");
    if id.is_multiple_of(2) {
        let still = 1_000 + id % 40;
        let record = record(id, Operation::ImageToVideo, &prompt, &[still_input(still)]);
        return (record, answered(clip_from(id, &key_of(still))));
    }
    (record(id, Operation::TextToVideo, &prompt, &[]), answered(clip(id, 1)))
}

fn changed(mut payload: Value, name: &str, value: Value) -> Value {
    payload[name] = value;
    payload
}

impl Seeded {
    fn clean(seed: u64) -> Self {
        let mut world = Self { dice: Dice::new(seed), shown: Vec::new() };
        for id in 1_000..1_040 {
            world.listed(MediaType::Image, still(id));
        }
        for id in 2_000..2_010 {
            let upload = json!({ "image_id": id, "asset_source": 0, "image_status": 1,
                                 "image_url": format!("https://media.pixverse.ai/upload/{id}.png") });
            world.listed(MediaType::Image, upload);
        }
        for id in 1..=60 {
            world.listed(MediaType::Video, clip(id, 1));
        }
        for id in 100..140 {
            let still = world.still();
            world.listed(MediaType::Video, clip_from(id, &key_of(still)));
        }
        for id in 200..220 {
            let original = 1 + u64::try_from(world.dice.below(60)).unwrap();
            world.listed(MediaType::Video, extended(id, original));
        }
        for id in 300..310 {
            let stills = [world.still(), world.still()];
            world.listed(MediaType::Video, transition(id, stills));
        }
        for id in 400..430 {
            let (record, answer) = generated(id);
            world.show(Feed::Generation, record);
            world.show(Feed::Generation, answer.clone());
            world.listed(MediaType::Video, answer);
        }
        world
    }

    fn still(&mut self) -> u64 {
        1_000 + u64::try_from(self.dice.below(40)).unwrap()
    }

    fn show(&mut self, feed: Feed, clip: Value) {
        self.shown.push(Shown(feed, ACCOUNT, MediaType::Video, clip));
    }

    /// A row of somebody's library: on one account or both, handed in sometimes, asked by id sometimes.
    fn listed(&mut self, media_type: MediaType, row: Value) {
        let account = if self.dice.below(3) == 0 { SECOND } else { ACCOUNT };
        let feed = if self.dice.below(8) == 0 { Feed::Pushed } else { Feed::Listing };
        self.shown.push(Shown(feed, account, media_type, row.clone()));
        if self.dice.below(5) == 0 {
            self.shown.push(Shown(
                Feed::Listing,
                if account == SECOND { ACCOUNT } else { SECOND },
                media_type,
                row.clone(),
            ));
        }
        if self.dice.below(4) == 0 {
            self.shown.push(Shown(Feed::Detail, account, media_type, row));
        }
    }

    /// Plants disagreements among what the roads show; what each should be found as.
    fn plant(&mut self) -> BTreeSet<(String, String, String)> {
        use MediaType::{Image, Video};
        let mut planted = BTreeSet::new();
        let mut expect = |kind: Kind, subject: &str, part: &str| {
            planted.insert((kind.as_str().to_owned(), subject.to_owned(), part.to_owned()));
        };
        let video = |id: u64| format!("id:pixverse:library:video:created:{id}");
        let image = |id: u64| format!("id:pixverse:library:image:created:{id}");
        let mut two = |media_type, listed: Value, detail: Value| {
            self.shown.push(Shown(Feed::Listing, ACCOUNT, media_type, listed));
            self.shown.push(Shown(Feed::Detail, SECOND, media_type, detail));
        };
        two(Video, clip(500, 1), changed(clip(500, 1), "prompt", json!("told differently")));
        expect(Kind::FieldDisagrees, &video(500), "prompts");
        let from = clip_from(501, &key_of(1_001));
        two(Video, from.clone(), changed(from, "create_mode", json!("effect")));
        expect(Kind::FieldDisagrees, &video(501), "operation");
        two(Video, clip(503, 1), changed(clip(503, 1), "video_duration", json!(8)));
        expect(Kind::FieldDisagrees, &video(503), "duration_s");
        let elsewhere = json!("https://media.pixverse.ai/pixverse/mp4/media/web/ori/504-b.mp4");
        two(Video, clip(504, 1), changed(clip(504, 1), "url", elsewhere));
        expect(Kind::FieldDisagrees, &video(504), "media_url");
        two(Image, still(1_500), changed(still(1_500), "output_width", json!(128)));
        expect(Kind::FieldDisagrees, &image(1_500), "width");
        two(Video, transition(507, [1_001, 1_002]), transition(507, [1_002, 1_001]));
        expect(Kind::LineageDisagrees, &video(507), "");
        let mut one = |feed, media_type, payload| self.shown.push(Shown(feed, ACCOUNT, media_type, payload));
        one(Feed::Generation, Video, record(502, Operation::TextToVideo, "Clip number 502", &[]));
        one(Feed::Generation, Video, answered(clip(502, 1)));
        one(Feed::Listing, Video, changed(answered(clip(502, 1)), "quality", json!("1080p")));
        expect(Kind::FieldDisagrees, &video(502), "settings.quality");
        one(
            Feed::Generation,
            Video,
            record(505, Operation::ImageToVideo, "Clip number 505", &[still_input(1_001)]),
        );
        one(Feed::Generation, Video, answered(clip_from(505, &key_of(1_001))));
        one(Feed::Listing, Video, answered(clip_from(505, &key_of(1_002))));
        expect(Kind::LineageDisagrees, &video(505), "");
        one(Feed::Listing, Video, clip_from(508, ""));
        expect(Kind::LineageMissing, &video(508), "");
        one(Feed::Listing, Image, changed(still(1_501), "create_mode", json!("i2i")));
        expect(Kind::LineageMissing, &image(1_501), "");
        one(Feed::Listing, Video, clip(509, 1));
        one(Feed::Listing, Video, changed(clip(510, 1), "url", clip(509, 1)["url"].clone()));
        expect(Kind::IdentityConflict, "key:pixverse:pixverse/mp4/media/web/ori/509.mp4", "");
        one(Feed::Generation, Video, record(511, Operation::TextToVideo, "Clip number 511", &[]));
        one(Feed::Generation, Video, answered(clip(511, 1)));
        expect(Kind::GenerationOnly, &video(511), "");
        one(Feed::Generation, Video, record(512, Operation::TextToVideo, "Clip number 512", &[]));
        one(Feed::Listing, Video, answered(clip(512, 1)));
        expect(Kind::ListingOnly, &video(512), "");
        one(Feed::Listing, Video, changed(clip(513, 1), "video_status", json!(42)));
        expect(Kind::StatusUnknown, &video(513), "");
        one(Feed::Listing, Video, changed(clip(514, 1), "video_status", json!(5)));
        expect(Kind::StatusStuck, &video(514), "");
        planted
    }

    /// Shows everything, in any order, several to a step.
    fn play(mut self) -> Library {
        let mut library = library();
        let mut shown = std::mem::take(&mut self.shown);
        self.dice.shuffle(&mut shown);
        for page in shown.chunks(25) {
            let mut pages: BTreeMap<(Feed, &str, MediaType), Vec<Value>> = BTreeMap::new();
            for Shown(feed, account, media_type, payload) in page {
                pages.entry((*feed, account, *media_type)).or_default().push(payload.clone());
            }
            for ((feed, account, media_type), payloads) in pages {
                library.now = NOW + i64::try_from(self.dice.below(10_000_000)).unwrap();
                library.see(1, feed, account, media_type, &payloads);
            }
        }
        library.now = NOW + 100 * HOUR;
        note_complete_scan(&library, NOW + 50 * HOUR);
        library
    }
}

/// Plants what no payload can: rows that something else has written, and what other parts of the service find.
fn plant_in_tables(library: &mut Library, planted: &mut BTreeSet<(String, String, String)>) {
    let id = |id: u64| format!("id:pixverse:library:video:created:{id}");
    library.db.execute("UPDATE assets SET operation = 'fusion' WHERE provider_asset_id = '30'");
    library.db.execute("DELETE FROM edges WHERE child LIKE '%:created:200'");
    library.db.execute("UPDATE assets SET missing_ms = 7 WHERE provider_asset_id = '31'");
    let asset = library.id_of("32");
    let link = BrokenLink {
        asset: &asset,
        media_type: MediaType::Video,
        root: &id(32),
        account: Some(ACCOUNT),
        field: "media_url",
        file: "pixverse:pixverse/mp4/media/web/ori/32.mp4",
        answer: "404",
        checked_ms: library.now,
    };
    let found = vec![link_broken(&link)];
    library.db.commit(&write_findings(1, &Findings { found, ..Findings::default() }, library.now));
    end_scan_of_sounds(library, "id:pixverse:library:audio:created:9999");
    let ledger = LedgerRow {
        provider_id: "pixverse".into(),
        api: "library".into(),
        media_type: "video".into(),
        feed: "listing".into(),
        since_ms: NOW,
        learned_ms: Some(NOW),
        paths: json!({ "$": { "object": NOW } }).to_string(),
        news: None,
    };
    let kind = Payloads {
        provider_id: "pixverse".into(),
        api: "library".into(),
        media_type: "video".into(),
        feed: "listing".into(),
    };
    let mut look = Look::new(kind, Some(&ledger), library.now);
    look.see(&json!({ "brand_new": "a text" }), (Some(&id(33)), None));
    let learned: Vec<Value> = look.row(false).into_iter().collect();
    library.db.commit(&write_learned(1, &learned, library.now));
    for (kind, subject, part) in [
        ("recompute_differs", id(30), "row"),
        ("recompute_differs", id(200), "edges"),
        ("local_only", id(31), ""),
        ("link_broken", id(32), "media_url"),
        ("remote_only", SECOND.to_owned(), "audio/created"),
        ("schema_changed", "pixverse:library:video:listing".to_owned(), "$.brand_new"),
    ] {
        planted.insert((kind.to_owned(), subject, part.to_owned()));
    }
}

/// Every open finding, page by page.
fn listed(library: &mut Library) -> BTreeSet<(String, String, String)> {
    let mut all = BTreeSet::new();
    let mut path = "/drift?limit=7".to_owned();
    loop {
        let page = library.ok(&path);
        for one in page["items"].as_array().unwrap() {
            let text = |name: &str| one[name].as_str().unwrap().to_owned();
            assert!(all.insert((text("kind"), text("subject"), text("part"))), "listed twice: {one}");
        }
        let Some(cursor) = page["next_cursor"].as_str() else { return all };
        path = format!("/drift?limit=7&cursor={cursor}");
    }
}

#[test]
fn a_clean_world_has_no_findings() {
    for seed in 0..8 {
        let mut library = Seeded::clean(seed).play();
        assert_eq!(listed(&mut library), BTreeSet::new(), "seed {seed}, while ingesting");
        let done = scan(&mut library, &json!({}));
        assert_eq!(done["found"], json!({}), "seed {seed}: {:#?}", listed(&mut library));
        assert_eq!(done["done"], json!(210), "every source is an asset of the library");
        let report = library.ok("/drift/report");
        assert!(levels(&report).iter().all(|(_, level)| *level == "no_drift"), "seed {seed}: {report}");
        assert_eq!((&report["overall"], &report["totals"]["both"]), (&json!("no_drift"), &json!(30)));
    }
}

#[test]
fn the_report_finds_every_planted_disagreement_and_nothing_else() {
    for seed in 0..8 {
        let mut world = Seeded::clean(seed);
        let mut planted = world.plant();
        let mut library = world.play();
        plant_in_tables(&mut library, &mut planted);
        scan(&mut library, &json!({}));
        assert_eq!(listed(&mut library), planted, "seed {seed}");
        let kinds: BTreeSet<&str> = planted.iter().map(|(kind, ..)| kind.as_str()).collect();
        assert_eq!(kinds.len(), Kind::ALL.len(), "every kind is planted");
        assert_evidence_stands(&mut library);
        let report = library.ok("/drift/report");
        assert_eq!(counted(&report), counts(&planted), "seed {seed}");
        assert_eq!(
            levels(&report),
            [
                ("metadata_shape", "low"),
                ("lineage_timing", "medium"),
                ("asset_identity", "high"),
                ("source_generation_id", "medium"),
                ("embedded_parent_creation", "medium"),
                ("operation_mapping", "low"),
                ("image_parity", "medium"),
                ("upstream_state", "medium"),
                ("stored_state", "high"),
            ]
        );
        assert_eq!(report["overall"], "high");
    }
}

/// How often each kind counts in the rows of the report that every finding counts in once.
fn counted(report: &Value) -> BTreeMap<String, u64> {
    let mut sum = BTreeMap::new();
    let aspects = report["aspects"].as_array().unwrap().iter();
    for line in aspects.filter(|line| line["aspect"] != "image_parity") {
        for (kind, count) in line["by_kind"].as_object().unwrap() {
            *sum.entry(kind.clone()).or_default() += count.as_u64().unwrap();
        }
    }
    sum
}

fn counts(planted: &BTreeSet<(String, String, String)>) -> BTreeMap<String, u64> {
    let mut sum = BTreeMap::new();
    for (kind, ..) in planted {
        *sum.entry(kind.clone()).or_default() += 1;
    }
    sum
}
