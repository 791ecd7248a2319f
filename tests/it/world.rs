//! The laws on the tables: random worlds of payloads and decisions, delivered in any order and with repetitions
//! through plan and SQLite, equal the pure function of what was said.

use std::collections::BTreeSet;

use driftline::core::facts::{Context, Facts};
use driftline::core::ids::short_digest;
use driftline::core::inventory::intake::{Broken, Intake, Relink, Sources, StoredPayload, take_in};
use driftline::core::inventory::observe::Sighting;
use driftline::core::inventory::world::{Decision, Family, Incoming};
use driftline::core::media::{Api, Feed, MediaType};
use driftline::core::payload::{reading_digest, shape};
use driftline::core::providers::extract_in;
use driftline::core::sql::decisions::insert_decisions;
use driftline::core::statement::{BadRows, Plan};
use driftline::core::step::{Committed, Step};
use serde_json::{Value, json};

pub use crate::support::dice::Dice;
pub use crate::support::said::{said_by_rows, said_by_tables};

use crate::model::said_by_model;
use crate::support::db::Db;
use crate::support::drive::drive_alone;
use crate::support::said::{parse, said_by};

/// One thing that happens to an inventory.
#[derive(Clone, Debug)]
pub enum Event {
    /// A payload is seen.
    Seen { payload: Value, media_type: MediaType, feed: Feed, account: &'static str, at_ms: i64 },
    /// A person decides.
    Decided { family: Family, alias: String, other: String, verdict: &'static str, at_ms: i64 },
}

const OWNER: i64 = 1;

/// How a delivery ended.
#[derive(Debug)]
pub struct Delivered(pub Result<(), String>);

impl Broken for Delivered {
    fn broken(error: &BadRows) -> Self {
        Self(Err(error.to_string()))
    }
}

/// What a payload says, and the digest of that.
pub fn read(payload: &Value, media_type: MediaType) -> (Facts, String) {
    let context = Context { media_type, api: Some(Api::Library), making: None };
    let facts = extract_in("pixverse", context, &payload.to_string())
        .expect("a payload of the generator is readable");
    let digest = reading_digest(&facts, &shape(payload));
    (facts, digest)
}

fn incoming(payload: &Value, media_type: MediaType, seen: Sighting) -> Incoming {
    let (facts, digest) = read(payload, media_type);
    Incoming { provider_id: "pixverse".into(), facts, digest, payload: payload.to_string(), seen }
}

pub fn intake_of(event: &Event, sources: Sources) -> Intake {
    let mut intake = Intake { owner: OWNER, sources, ..Intake::default() };
    match event {
        Event::Seen { payload, media_type, feed, account, at_ms } => {
            let seen = Sighting::once(*feed, (*account).to_owned(), *at_ms);
            intake.incoming.push(incoming(payload, *media_type, seen));
        }
        Event::Decided { family, alias, other, verdict, at_ms } => intake.decisions.push(Decision {
            alias: alias.clone(),
            family: *family,
            other: other.clone(),
            at_ms: *at_ms,
            verdict,
            author: "tok".into(),
            body: "{}".into(),
        }),
    }
    intake
}

/// Delivers one batch of events as one step would, with its page row; commits again on conflict.
fn deliver(db: &mut Db, intake: Intake, page: &mut i64) {
    *page += 1;
    let (page, decisions) = (*page, intake.decisions.clone());
    let rows: Vec<_> = intake
        .incoming
        .iter()
        .map(|one| (one.facts.root().map(|root| root.text()), one.digest.clone(), one.seen.clone()))
        .collect();
    let step = take_in::<Delivered>(intake, move |taken, _| {
        let mut statements = taken.statements;
        if !decisions.is_empty() {
            statements.push(insert_decisions(OWNER, &decisions));
        }
        for (index, (root, digest, seen)) in rows.into_iter().enumerate() {
            let index = i64::try_from(index).unwrap();
            statements.push(page_row(page, index, &root.unwrap(), &digest, &seen));
        }
        Step::commit(Plan { statements, sends: Vec::new() }, |committed, _| {
            assert_eq!(committed, Committed::Done);
            Step::End(Delivered(Ok(())))
        })
    });
    drive_alone(db, 1_000 + page, step).0.0.expect("the rows are as they should be");
}

fn page_row(
    page: i64,
    index: i64,
    root: &str,
    digest: &str,
    seen: &Sighting,
) -> driftline::core::statement::Statement {
    driftline::core::statement::Statement::new(
        "test_page",
        "INSERT INTO scan_pages (owner, seen_ms, job, step, feed, account, listing, rows) VALUES (1, ?1, ?2, ?3, ?4, ?5, 'l', ?6)",
        vec![
            seen.3.into(),
            format!("job{page}").into(),
            index.into(),
            seen.0.as_str().into(),
            seen.1.clone().into(),
            json!([[root, digest, "unchanged", null]]).to_string().into(),
        ],
    )
}

/// Links everything that was imported without its sources, as the lineage job does.
fn link_all(db: &mut Db, page: &mut i64) {
    let rows = db.query("SELECT root, digest, provider_id, api, media_type, making, linked, seen, payload FROM observations WHERE linked = 0");
    let stored: Vec<StoredPayload> = parse(rows);
    let relinked: Vec<Relink> = stored.iter().map(|stored| stored.relink().unwrap()).collect();
    if !relinked.is_empty() {
        deliver(db, Intake { owner: OWNER, relinked, ..Intake::default() }, page);
    }
}

/// What a set of events says, with no order and no tables: by the core's own pure function, and by a model of the rules
/// that shares nothing with it but the extractor. The two agree.
pub fn said_by_events(events: &[Event]) -> BTreeSet<String> {
    let intakes = || events.iter().map(|event| intake_of(event, Sources::All));
    let decisions: Vec<Decision> = intakes().flat_map(|one| one.decisions).collect();
    let pure = said_by(intakes().flat_map(|one| one.incoming).collect(), &decisions);
    let model = said_by_model(events);
    assert!(
        pure == model,
        "the core's rules are not the model's\nevents: {events:#?}\nonly in the core: {:#?}\nonly in the model: {:#?}",
        pure.difference(&model).collect::<Vec<_>>(),
        model.difference(&pure).collect::<Vec<_>>(),
    );
    pure
}

const UUIDS: [&str; 3] = [
    "3b1f0c52-1111-4222-8333-00000000000a",
    "3b1f0c52-1111-4222-8333-00000000000b",
    "3b1f0c52-1111-4222-8333-00000000000c",
];

fn key(dice: &mut Dice) -> String {
    format!("pixverse/mp4/media/web/ori/{}.mp4", dice.pick(&UUIDS))
}

/// The record of a request made here, with a source by id or by key.
fn record(dice: &mut Dice) -> Value {
    let source = if dice.one_in(2) { id(9 + dice.below(4)) } else { format!("key:pixverse:{}", key(dice)) };
    json!({
        "driftline_generation": dice.pick(&["gen_1", "gen_2"]),
        "asset_id": dice.pick(&["9", "10", "11", "12"]),
        "operation": "video_extend",
        "prompt": dice.pick(&["a", "b", ""]),
        "parameters": { "seed": 1 },
        "inputs": [{ "media_type": "video", "relation": "SOURCE_VIDEO", "position": 0, "aliases": [source] }],
    })
}

fn payload(dice: &mut Dice) -> Value {
    if dice.one_in(5) {
        return record(dice);
    }
    let mut payload =
        json!({ "video_status": dice.pick(&[1, 5, 7, 10]), "prompt": dice.pick(&["a", "b", ""]) });
    let members = payload.as_object_mut().unwrap();
    let named = !dice.one_in(3);
    if named {
        members.insert("video_id".into(), dice.pick(&[9, 10, 11, 12]).into());
    }
    if !named || dice.one_in(2) {
        members.insert("video_path".into(), key(dice).into());
    }
    if dice.one_in(4) {
        members.insert("media_uuid".into(), dice.pick(&UUIDS).into());
    }
    if dice.one_in(2) {
        members.insert("output_width".into(), 640.into());
        members.insert("output_height".into(), 360.into());
    }
    if dice.one_in(2) {
        members.insert("create_mode".into(), "extend".into());
        let mut source = json!({});
        if dice.one_in(2) {
            source["original_video_id"] = dice.pick(&[9, 10, 11, 12]).into();
        }
        if dice.one_in(2) {
            source["customer_video_path"] = key(dice).into();
        }
        members.insert("customer_paths".into(), source);
    }
    payload
}

fn id(number: usize) -> String {
    format!("id:pixverse:library:video:created:{number}")
}

fn alias(dice: &mut Dice) -> String {
    match dice.below(3) {
        0 => id(9 + dice.below(4)),
        1 => format!("key:pixverse:{}", key(dice)),
        _ => format!("uuid:pixverse:library:video:created:{}", dice.pick(&UUIDS)),
    }
}

fn event(dice: &mut Dice, contents: &[Value]) -> Event {
    let at_ms = 1 + i64::try_from(dice.below(9)).unwrap();
    match dice.below(10) {
        0 => Event::Decided {
            family: Family::Presence,
            alias: alias(dice),
            other: String::new(),
            verdict: dice.pick(&["remove", "restore"]),
            at_ms,
        },
        1 => {
            let (alias, other) = (alias(dice), id(9 + dice.below(4)));
            Event::Decided {
                family: Family::Identity,
                alias,
                other,
                verdict: dice.pick(&["same", "different"]),
                at_ms,
            }
        }
        _ => Event::Seen {
            payload: contents[dice.below(contents.len())].clone(),
            media_type: MediaType::Video,
            feed: dice.pick(&[Feed::Generation, Feed::Detail, Feed::Listing, Feed::Listing, Feed::Pushed]),
            account: dice.pick(&["pixverse:library:1:0", "pixverse:library:2:0"]),
            at_ms,
        },
    }
}

/// A world of a few events over few contents, so that they meet.
pub fn world(dice: &mut Dice, most: usize) -> Vec<Event> {
    let contents: Vec<Value> = (0..2 + dice.below(4)).map(|_| payload(dice)).collect();
    (0..2 + dice.below(most - 1)).map(|_| event(dice, &contents)).collect()
}

/// Delivers events one by one or several to a page, some without their sources, and links what is left at the end.
pub fn play(events: &[Event], dice: &mut Dice) -> Db {
    let mut db = Db::new();
    let mut page = 0;
    let mut rest = events;
    while !rest.is_empty() {
        let size = 1 + dice.below(3.min(rest.len()));
        let sources = match (dice.one_in(2), page % 2) {
            (false, _) => Sources::Later,
            (true, 0) => Sources::All,
            (true, _) => Sources::OfNews,
        };
        let (now, later) = rest.split_at(size);
        let mut intake = Intake { owner: OWNER, sources, ..Intake::default() };
        for event in now {
            let one = intake_of(event, sources);
            intake.incoming.extend(one.incoming);
            intake.decisions.extend(one.decisions);
        }
        deliver(&mut db, intake, &mut page);
        if dice.one_in(3) {
            link_all(&mut db, &mut page);
        }
        rest = later;
    }
    link_all(&mut db, &mut page);
    db
}

/// Checks one world in one order; the seed and the order are in the message.
pub fn check(seed: u64, events: &[Event], order: &[Event], dice: &mut Dice) {
    let db = play(order, dice);
    let (tables, pure) = (said_by_tables(&db), said_by_events(events));
    assert!(
        tables == pure,
        "seed {seed} ({})\norder: {order:#?}\nonly in the tables: {:#?}\nonly in the pure function: {:#?}",
        short_digest(&format!("{order:?}")),
        tables.difference(&pure).collect::<Vec<_>>(),
        pure.difference(&tables).collect::<Vec<_>>(),
    );
    assert_whole(&db);
}

/// Every root has one asset that is there, and every public id handed out leads somewhere.
pub fn assert_whole(db: &Db) {
    let lost = db.query(
        "SELECT c.root FROM claims c LEFT JOIN assets a ON a.owner = c.owner AND a.id = c.asset
          WHERE c.alias = c.root AND (a.id IS NULL OR NOT EXISTS (SELECT 1 FROM json_each(a.roots) r WHERE r.value = c.root))",
    );
    assert_eq!(lost, Vec::<Value>::new(), "roots without their asset");
    let astray = db.query(
        "SELECT r.old FROM redirects r LEFT JOIN redirects n ON n.owner = r.owner AND n.old = r.new
           LEFT JOIN assets a ON a.owner = r.owner AND a.id = r.new WHERE a.id IS NULL AND n.old IS NULL",
    );
    assert_eq!(astray, Vec::<Value>::new(), "redirects that lead nowhere");
}

#[test]
fn any_order_and_any_repetition_gives_the_same_inventory() {
    for seed in 0..1_500 {
        let mut dice = Dice::new(seed);
        let events = world(&mut dice, 8);
        for _ in 0..2 {
            let mut order = events.clone();
            let repeats = dice.below(3);
            for _ in 0..repeats {
                order.push(events[dice.below(events.len())].clone());
            }
            dice.shuffle(&mut order);
            check(seed, &events, &order, &mut dice);
        }
    }
}
