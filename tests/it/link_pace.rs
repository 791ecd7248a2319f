//! Files that are looked for by themselves: some an hour, those not seen for longest, never two looks at a time; and when
//! a url was last seen good.

use driftline::core::api::request::Method;
use driftline::core::clock::rfc3339;
use driftline::core::jobs::budget::{Allowance, day_of};
use driftline::core::jobs::run::Cost;
use driftline::core::jobs::{self, deliver_with};
use driftline::core::sql::usage::count_rows;
use driftline::core::step::Disposition;
use serde_json::{Value, json};

use crate::shelf::refusal;
use crate::support::drive::{drive, drive_alone};
use crate::verify_job::{asset, fails, here, start, synced, url, verify};
use crate::worker::{ACCOUNT, Worker};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// A library that was synced, and whose account is looked at from its second day on.
fn slow(clips: u64) -> Worker {
    let mut worker = synced((1..=clips).map(here));
    set(&mut worker, "slow");
    tick(&mut worker);
    assert_eq!(look(&worker), Value::Null, "a new account has a day");
    worker
}

fn set(worker: &mut Worker, word: &str) {
    let answer = worker.ask(Method::Patch, &format!("/accounts/{ACCOUNT}"), json!({ "link_checks": word }));
    assert_eq!((answer.status, &answer.body["link_checks"]), (200, &json!(word)), "{}", answer.body);
}

/// The minute tick, as often as minutes have passed: one wakes, the next one sends.
fn tick(worker: &mut Worker) {
    for _ in 0..2 {
        let (end, trace) = drive_alone(&mut worker.edge.db, worker.edge.now, jobs::tick(worker.edge.now));
        assert_eq!(end, Disposition::Ack);
        assert!(trace.statements <= 7, "{} statements", trace.statements);
        worker.queue.extend(trace.sends);
        worker.edge.now += 60_000;
    }
}

/// The job that looks; null where there is none yet.
fn look(worker: &Worker) -> Value {
    let jobs = worker.edge.db.query("SELECT id, state, step, body FROM jobs WHERE kind = 'verify'");
    assert!(jobs.len() <= 1, "one job an account");
    jobs.first().cloned().unwrap_or_default()
}

/// Which files were looked for since the last time, by their ids.
fn looked(worker: &mut Worker) -> Vec<u64> {
    let rows = worker.edge.db.query("SELECT url, checked_ms FROM links ORDER BY url");
    let now = worker.edge.now;
    let fresh = rows.iter().filter(|row| row["checked_ms"].as_i64().unwrap() > now - HOUR);
    let ids = fresh.map(|row| (1..=60).find(|id| row["url"] == json!(url(*id))).expect("a file"));
    let mut ids: Vec<u64> = ids.collect();
    ids.sort_unstable();
    ids
}

fn hour(worker: &mut Worker) -> Vec<u64> {
    tick(worker);
    worker.settle();
    let ids = looked(worker);
    worker.edge.now += HOUR;
    ids
}

#[test]
fn twenty_files_an_hour_are_looked_for_and_then_the_next_ones() {
    let mut worker = slow(45);
    worker.edge.now += 8 * DAY;
    let hours: Vec<Vec<u64>> = (0..3).map(|_| hour(&mut worker)).collect();
    assert_eq!(hours.iter().map(Vec::len).collect::<Vec<_>>(), [20, 20, 5]);
    let mut all: Vec<u64> = hours.concat();
    all.sort_unstable();
    assert_eq!(all, (1..=45).collect::<Vec<_>>(), "each once");
    assert_eq!(hour(&mut worker), Vec::<u64>::new(), "it has been round, and rests");
    let id = look(&worker)["id"].as_str().unwrap().to_owned();
    let job = worker.get(&format!("/jobs/{id}"));
    assert_eq!((&job["state"], &job["counts"]["ok"]), (&json!("done"), &json!(45)));
    worker.edge.now += DAY;
    assert_eq!(hour(&mut worker), Vec::<u64>::new(), "all were seen within the week");
    worker.edge.now += 8 * DAY;
    assert_eq!(hour(&mut worker).len(), 20, "where it stood, behind the twenty that it has passed");
    assert_eq!(hour(&mut worker).len(), 5);
    worker.edge.now += DAY;
    assert_eq!(hour(&mut worker).len(), 20, "and round again");
}

#[test]
fn what_was_seen_lately_is_left_out() {
    let mut worker = slow(3);
    worker.edge.now += 8 * DAY;
    let named = asset(&mut worker, 2)["id"].clone();
    verify(&mut worker, json!({ "asset_ids": [named] }));
    worker.edge.db.execute("DELETE FROM jobs WHERE kind = 'verify'");
    worker.edge.now += 2 * HOUR;
    assert_eq!(hour(&mut worker), [1, 3]);
}

#[test]
fn what_is_gone_is_marked_and_asked_for_by_id() {
    let mut worker = slow(2);
    worker.edge.now += 8 * DAY;
    fails(&mut worker, 2, &[404]);
    fails(&mut worker, 1, &[503]);
    let mut moved = here(2);
    moved["url"] = url(52).into();
    worker.shelf.known.insert("2".to_owned(), moved);
    hour(&mut worker);
    assert_eq!(asset(&mut worker, 2)["remote_url"], json!(url(52)));
    assert_eq!(
        asset(&mut worker, 1)["link"],
        Value::Null,
        "a doubt is no verdict, and waits for its next turn"
    );
    let id = look(&worker)["id"].as_str().unwrap().to_owned();
    let job = worker.get(&format!("/jobs/{id}"));
    assert_eq!(job["reasons"], json!({ "asked_again": 1, "renewed": 1 }));
    assert_eq!((&job["counts"]["broken"], &job["counts"]["undecided"]), (&json!(1), &json!(1)));
}

#[test]
fn an_account_that_needs_its_person_is_not_asked_for_what_is_gone() {
    let mut worker = slow(1);
    worker.edge.now += 8 * DAY;
    fails(&mut worker, 1, &[404]);
    worker.edge.db.execute("UPDATE accounts SET state = 'auth_required'");
    worker.shelf.stumbles.push_back(refusal(200, 10005));
    hour(&mut worker);
    assert_eq!(asset(&mut worker, 1)["link"]["state"], "broken");
    assert_eq!(worker.shelf.stumbles.len(), 1, "nobody was asked");
}

#[test]
fn it_keeps_the_pace_of_its_account() {
    for (calls, files) in [(600, 20), (30, 15), (7, 3), (1, 1)] {
        let mut worker = slow(45);
        worker.edge.db.execute(&format!("UPDATE accounts SET calls_per_minute = {calls}"));
        worker.edge.now += 8 * DAY;
        assert_eq!(hour(&mut worker).len(), files, "{calls} a minute");
    }
}

#[test]
fn two_never_look_at_a_time() {
    let mut worker = slow(45);
    worker.edge.now += 8 * DAY;
    tick(&mut worker);
    let asleep = worker.queue.pop_front().expect("a hint");
    let before = look(&worker);
    worker.edge.now += 3 * HOUR;
    tick(&mut worker);
    let after = look(&worker);
    assert_eq!((&before["step"], &before["id"]), (&after["step"], &after["id"]), "it is under way already");
    worker.queue.clear();
    start(&mut worker, json!({}));
    let by_hand = worker.queue.pop_front().expect("a hint");
    worker.deliver(asleep.message);
    assert_eq!(worker.count("links"), 0, "it gives way to the look that somebody asked for");
    worker.queue.push_back(by_hand);
    worker.settle();
    assert_eq!(worker.count("links"), 45);
}

#[test]
fn it_can_be_switched_off_and_on_and_ends_with_its_account() {
    let mut worker = slow(3);
    worker.edge.now += 8 * DAY;
    tick(&mut worker);
    set(&mut worker, "off");
    assert_eq!(look(&worker)["state"], "done");
    worker.settle();
    worker.edge.now += 8 * DAY;
    assert_eq!(hour(&mut worker), Vec::<u64>::new());
    set(&mut worker, "slow");
    assert_eq!(hour(&mut worker), [1, 2, 3]);
    worker.edge.now += 30 * DAY;
    tick(&mut worker);
    assert_eq!(worker.ask(Method::Delete, &format!("/accounts/{ACCOUNT}"), Value::Null).status, 204);
    worker.settle();
    assert_eq!(look(&worker)["state"], "done");
    worker.edge.now += DAY;
    assert_eq!(hour(&mut worker), Vec::<u64>::new());
    for body in [json!({ "link_checks": "fast" }), json!({ "link_checks": null })] {
        let path = "/accounts/acc_00000000000000000000000002";
        assert_eq!(worker.ask(Method::Patch, path, body.clone()).status, 422, "{body}");
    }
}

#[test]
fn it_waits_where_the_days_rows_are_used_up() {
    let mut worker = slow(3);
    worker.edge.now += 8 * DAY;
    tick(&mut worker);
    let message = worker.queue.pop_front().expect("a hint").message;
    let now = worker.edge.now;
    worker.edge.db.commit(&[count_rows(day_of(now), 10)]);
    let allowance = Some(Allowance { day: day_of(now), rows: 10 });
    let step = deliver_with(message, Cost::default(), allowance);
    drive(&mut worker.edge.db, now, &mut |call| panic!("nobody is asked: {}", call.path), step);
    let waits = worker.edge.db.query("SELECT waits_for FROM jobs WHERE kind = 'verify'");
    assert_eq!(waits, [json!({ "waits_for": "rows_budget" })]);
}

fn seen_at(worker: &mut Worker, id: u64) -> Value {
    asset(worker, id)["media_url_seen_at"].clone()
}

#[test]
fn a_url_carries_when_it_was_last_seen_good() {
    let mut worker = synced([here(1), here(2)]);
    let listed = rfc3339(worker.edge.now - 600_000);
    assert_eq!(seen_at(&mut worker, 1), json!(listed));
    // A scan that finds nothing new has seen it all the same.
    worker.sync(json!({ "mode": "videos" }));
    let again = rfc3339(worker.edge.now);
    assert_eq!(seen_at(&mut worker, 1), json!(again));
    worker.edge.now += HOUR;
    worker.sync(json!({ "mode": "videos", "dry_run": true }));
    assert_eq!(seen_at(&mut worker, 1), json!(again), "a comparison is no sighting");
    fails(&mut worker, 2, &[404]);
    verify(&mut worker, json!({}));
    let looked = rfc3339(worker.edge.now);
    assert_eq!(seen_at(&mut worker, 1), json!(looked));
    assert_eq!(
        seen_at(&mut worker, 2),
        json!(again),
        "a file that is gone was good when it was told of last"
    );
}

#[test]
fn a_url_that_is_told_no_more_keeps_its_time() {
    let mut worker = synced([here(1)]);
    let told = rfc3339(worker.edge.now - 600_000);
    let mut blank = here(1);
    blank["url"] = "".into();
    worker.shelf.rows.insert("video/created", vec![blank.to_string()]);
    worker.sync(json!({ "mode": "videos" }));
    worker.edge.now += HOUR;
    worker.sync(json!({ "mode": "videos" }));
    let shown = asset(&mut worker, 1);
    assert_eq!((&shown["remote_url"], &shown["media_url_seen_at"]), (&json!(url(1)), &json!(told)));
}
