//! One provider's world, and what each road shows of it: the record of a request made here, the answer to a poll, a
//! row of the library, a detail answer, a page handed in. The same clip looks different on each.

use driftline::core::media::{Feed, MediaType};
use serde_json::{Value, json};

use crate::world::{Dice, Event};

const ACCOUNTS: [&str; 2] = ["pixverse:library:77:0", "pixverse:library:78:0"];

/// A clip or a still, as the provider knows it.
struct Thing {
    number: u64,
    media_type: MediaType,
    /// The thing it was made from, by its place.
    source: Option<usize>,
    made_here: bool,
    account: &'static str,
    /// What it comes to: 1 done, 7 refused, 8 failed.
    ending: u64,
}

/// What a road may show.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Road {
    Record,
    Poll,
    Listing,
    Detail,
    Pushed,
}

/// What was observed of a world of `things`, `count` times; a person decides now and then.
pub fn observations(dice: &mut Dice, things: usize, count: usize) -> Vec<Event> {
    let mut world: Vec<Thing> = Vec::new();
    for place in 0..things {
        let thing = thing(dice, place, &world);
        world.push(thing);
    }
    // One thing is looked at more than the others, so that the roads meet.
    let favourite = dice.below(things);
    let mut events = Vec::new();
    while events.len() < count {
        let place = if dice.one_in(2) { favourite } else { dice.below(things) };
        if dice.one_in(12) {
            events.push(decision(dice, &world[place]));
            continue;
        }
        let roads: &[Road] = if world[place].made_here {
            &[Road::Record, Road::Poll, Road::Poll, Road::Listing, Road::Detail, Road::Pushed]
        } else {
            &[Road::Listing, Road::Listing, Road::Detail, Road::Pushed]
        };
        events.push(seen(dice, &world, place, dice_pick(roads, events.len())));
    }
    events
}

/// The roads come one after the other, so that a small world still has several.
fn dice_pick(roads: &[Road], turn: usize) -> Road {
    roads[turn % roads.len()]
}

fn thing(dice: &mut Dice, place: usize, others: &[Thing]) -> Thing {
    let media_type = if dice.one_in(3) { MediaType::Image } else { MediaType::Video };
    let usable = |one: &Thing| media_type == MediaType::Video || one.media_type == MediaType::Image;
    let sources: Vec<usize> =
        others.iter().enumerate().filter(|(_, one)| usable(one)).map(|(place, _)| place).collect();
    Thing {
        number: 401_000_000_000_900 + u64::try_from(place).unwrap(),
        media_type,
        source: (!sources.is_empty() && !dice.one_in(3)).then(|| dice.pick(&sources)),
        made_here: dice.one_in(2),
        account: dice.pick(&ACCOUNTS),
        ending: dice.pick(&[1, 1, 1, 7, 8]),
    }
}

fn decision(dice: &mut Dice, thing: &Thing) -> Event {
    Event::Decided {
        family: driftline::core::inventory::world::Family::Presence,
        alias: thing.root(),
        other: String::new(),
        verdict: dice.pick(&["remove", "restore"]),
        at_ms: 1 + i64::try_from(dice.below(9)).unwrap(),
    }
}

fn seen(dice: &mut Dice, world: &[Thing], place: usize, road: Road) -> Event {
    let thing = &world[place];
    // The later of the nine moments show how it ended, the earlier ones that it is under way.
    let moment = dice.below(9);
    let status = if moment < 3 { dice.pick(&[10, 5, 9]) } else { thing.ending };
    let source = thing.source.map(|place| &world[place]);
    let payload = match road {
        Road::Record => thing.record(source),
        Road::Listing => thing.row(source, status, true),
        Road::Pushed => {
            let mut row = thing.row(source, status, true);
            row["id"] = thing.number.into();
            // Some collectors know a clip by its file alone.
            if dice.one_in(2) {
                thing.forget_the_number(&mut row);
            }
            row
        }
        Road::Poll | Road::Detail => json!({ "ErrCode": 0, "Resp": thing.row(source, status, false) }),
    };
    Event::Seen {
        payload,
        media_type: thing.media_type,
        feed: match road {
            Road::Record | Road::Poll => Feed::Generation,
            Road::Listing => Feed::Listing,
            Road::Detail => Feed::Detail,
            Road::Pushed => Feed::Pushed,
        },
        account: thing.account,
        at_ms: 1 + i64::try_from(moment).unwrap(),
    }
}

impl Thing {
    fn root(&self) -> String {
        format!("id:pixverse:library:{}:created:{}", self.media_type, self.number)
    }

    fn key(&self) -> String {
        let uuid = format!("3b1f0c52-1111-4222-8333-{:012}", self.number % 1_000);
        match self.media_type {
            MediaType::Image => format!("pixverse/i2i/ori/{uuid}.png"),
            _ => format!("pixverse/mp4/media/web/ori/{uuid}_seed42.mp4"),
        }
    }

    /// What was asked for here. The source is named by its root, as the library knew it then.
    fn record(&self, source: Option<&Self>) -> Value {
        let operation = match (self.media_type, source.map(|source| source.media_type)) {
            (MediaType::Image, None) => "text_to_image",
            (MediaType::Image, _) => "image_to_image",
            (_, None) => "text_to_video",
            (_, Some(MediaType::Image)) => "image_to_video",
            (..) => "video_extend",
        };
        let inputs: Vec<Value> = source
            .iter()
            .map(|source| {
                let relation =
                    if source.media_type == MediaType::Image { "SOURCE_IMAGE" } else { "SOURCE_VIDEO" };
                json!({
                    "media_type": source.media_type, "relation": relation, "position": 0,
                    "aliases": [source.root(), format!("key:pixverse:{}", source.key())],
                })
            })
            .collect();
        json!({
            "driftline_generation": format!("gen_{}", self.number), "asset_id": self.number.to_string(),
            "media_type": self.media_type, "operation": operation, "prompt": "as it was asked",
            "model": "v6", "parameters": { "quality": "720p", "seed": 42 }, "inputs": inputs,
        })
    }

    /// The provider's row. Listings nest the sources, details put them flat; prompts come translated in listings.
    fn row(&self, source: Option<&Self>, status: u64, nested: bool) -> Value {
        let done = status == 1;
        let url = format!("https://media.pixverse.ai/{}", self.key().replace('/', "%2F"));
        let placeholder = "https://media.pixverse.ai/pixverse-preview/mp4/media/default.mp4";
        let mut row = json!({
            "prompt": if nested { "as it was translated" } else { "as it was asked" },
            "account_id": self.account.split(':').nth(2),
            "output_width": if done { 640 } else { 0 },
            "output_height": if done { 360 } else { 0 },
            "likes": status,
        });
        let members = row.as_object_mut().unwrap();
        let (id, code, file) = match self.media_type {
            MediaType::Image => ("image_id", "image_status", "image_url"),
            _ => ("video_id", "video_status", "url"),
        };
        members.insert(id.into(), self.number.into());
        members.insert(code.into(), status.into());
        members.insert(file.into(), if done { url } else { placeholder.into() }.into());
        let (mode, sources) = self.sources(source);
        members.insert("create_mode".into(), mode.into());
        if nested {
            members.insert("customer_paths".into(), sources);
        } else {
            members.extend(sources.as_object().unwrap().clone());
        }
        row
    }

    fn forget_the_number(&self, row: &mut Value) {
        let members = row.as_object_mut().unwrap();
        for name in ["id", "video_id", "image_id"] {
            members.remove(name);
        }
        let path = if self.media_type == MediaType::Image { "image_path" } else { "video_path" };
        members.insert(path.into(), self.key().into());
    }

    fn sources(&self, source: Option<&Self>) -> (&'static str, Value) {
        match (self.media_type, source) {
            (MediaType::Image, None) => ("create_image", json!({})),
            (MediaType::Image, Some(source)) => {
                ("create_image", json!({ "customer_img_paths": [source.key()] }))
            }
            (_, None) => ("image_text", json!({})),
            (_, Some(source)) if source.media_type == MediaType::Image => {
                ("image_text", json!({ "customer_img_path": source.key() }))
            }
            (_, Some(source)) => {
                ("extend", json!({ "original_video_id": source.number, "customer_video_path": source.key() }))
            }
        }
    }
}
