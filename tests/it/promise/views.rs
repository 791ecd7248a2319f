//! One provider's world, and what each road shows of it: the record of a request made here, the answer to a poll, a
//! row of the library, a detail answer, a page handed in. The same clip looks different on each, and the world is an
//! untidy one: two clips have one file, rows know a clip by its file or by a uuid alone, a source is named by one clip's
//! id and another's file, lists differ from road to road, and people say what is one, what is two, and what is to go.

use driftline::core::media::{Feed, MediaType};
use serde_json::{Value, json};

use crate::world::{Dice, Event};

const ACCOUNTS: [&str; 2] = ["pixverse:library:77:0", "pixverse:library:78:0"];

/// A clip or a still, as the provider knows it.
struct Thing {
    number: u64,
    media_type: MediaType,
    /// Of the file; a copy has that of another thing.
    file: u64,
    /// Of the uuid that some rows declare; it may be that of another thing, too.
    uuid: u64,
    /// The thing it was made from, by its place.
    source: Option<usize>,
    /// What details and requests call its source, where that is another thing than listings do.
    other_source: Option<usize>,
    /// The thing whose file its source is named by, where that is not the source's own.
    misnamed: Option<usize>,
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
        if dice.one_in(7) {
            events.push(decision(dice, &world, place));
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
    let at = u64::try_from(place).unwrap();
    let alike: Vec<&Thing> = others.iter().filter(|one| one.media_type == media_type).collect();
    let of_another = |dice: &mut Dice| alike.first().filter(|_| dice.one_in(4)).copied();
    let source = (!sources.is_empty() && !dice.one_in(3)).then(|| dice.pick(&sources));
    let another = |dice: &mut Dice, odds| source.filter(|_| dice.one_in(odds)).map(|_| dice.pick(&sources));
    Thing {
        // The smallest id is the shortest one, whatever its digits.
        number: dice.pick(&[401_000_000_000_900, 90, 7]) + at,
        media_type,
        file: of_another(dice).map_or(at, |one| one.file),
        uuid: of_another(dice).map_or(at, |one| one.uuid),
        source,
        other_source: another(dice, 4),
        misnamed: another(dice, 5),
        made_here: dice.one_in(2),
        account: dice.pick(&ACCOUNTS),
        ending: dice.pick(&[1, 1, 1, 7, 8]),
    }
}

/// What people say of any of a thing's names: that it is to go or to stay, or to be one or not with another thing.
fn decision(dice: &mut Dice, world: &[Thing], place: usize) -> Event {
    use driftline::core::inventory::world::Family;
    let thing = &world[place];
    let alias = dice.pick(&[0, 0, 1, 2]);
    let alias = [thing.root(), format!("key:pixverse:{}", thing.key()), thing.uuid_alias()][alias].clone();
    let at_ms = 1 + i64::try_from(dice.below(9)).unwrap();
    if dice.one_in(3) {
        let verdict = dice.pick(&["remove", "restore"]);
        return Event::Decided { family: Family::Presence, alias, other: String::new(), verdict, at_ms };
    }
    let other = world[dice.below(world.len())].root();
    let verdict = dice.pick(&["same", "different"]);
    Event::Decided { family: Family::Identity, alias, other, verdict, at_ms }
}

fn seen(dice: &mut Dice, world: &[Thing], place: usize, road: Road) -> Event {
    let thing = &world[place];
    // The later of the nine moments show how it ended, the earlier ones that it is under way.
    let moment = dice.below(9);
    let status = if moment < 3 { dice.pick(&[10, 5, 9]) } else { thing.ending };
    let told = if matches!(road, Road::Detail | Road::Record) { thing.other_source } else { None };
    let source = told
        .or(thing.source)
        .map(|place| Source { thing: &world[place], file: world[thing.misnamed.unwrap_or(place)].key() });
    let source = source.as_ref();
    let payload = match road {
        Road::Record => thing.record(source),
        Road::Listing => {
            let mut row = thing.row(source, status, true);
            if dice.one_in(4) {
                row["media_uuid"] = thing.uuid().into();
            }
            // Two contents of one feed tell a description differently: the first one is believed.
            if dice.one_in(3) {
                row["prompt"] = "as somebody edited it".into();
            }
            row
        }
        Road::Pushed => {
            let mut row = thing.row(source, status, true);
            row["id"] = thing.number.into();
            // Some collectors know a clip by its file alone, some by a uuid, with the file or without.
            if dice.one_in(2) {
                thing.forget_the_number(&mut row);
            }
            if dice.one_in(2) {
                row["media_uuid"] = thing.uuid().into();
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

/// A source as a row names it.
struct Source<'w> {
    thing: &'w Thing,
    file: String,
}

impl Thing {
    fn root(&self) -> String {
        format!("id:pixverse:library:{}:created:{}", self.media_type, self.number)
    }

    fn key(&self) -> String {
        let uuid = format!("3b1f0c52-1111-4222-8333-{:012}", self.file);
        match self.media_type {
            MediaType::Image => format!("pixverse/i2i/ori/{uuid}.png"),
            _ => format!("pixverse/mp4/media/web/ori/{uuid}_seed42.mp4"),
        }
    }

    fn uuid(&self) -> String {
        format!("3b1f0c52-2222-4222-8333-{:012}", self.uuid)
    }

    fn uuid_alias(&self) -> String {
        format!("uuid:pixverse:library:{}:created:{}", self.media_type, self.uuid())
    }

    /// What was asked for here. The source is named by its root, as the library knew it then.
    fn record(&self, source: Option<&Source<'_>>) -> Value {
        let operation = match (self.media_type, source.map(|source| source.thing.media_type)) {
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
                    if source.thing.media_type == MediaType::Image { "SOURCE_IMAGE" } else { "SOURCE_VIDEO" };
                json!({
                    "media_type": source.thing.media_type, "relation": relation, "position": 0,
                    "aliases": [source.thing.root(), format!("key:pixverse:{}", source.file)],
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
    fn row(&self, source: Option<&Source<'_>>, status: u64, nested: bool) -> Value {
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

    fn sources(&self, source: Option<&Source<'_>>) -> (&'static str, Value) {
        match (self.media_type, source) {
            (MediaType::Image, None) => ("create_image", json!({})),
            (MediaType::Image, Some(source)) => {
                ("create_image", json!({ "customer_img_paths": [source.file] }))
            }
            (_, None) => ("image_text", json!({})),
            (_, Some(source)) if source.thing.media_type == MediaType::Image => {
                ("image_text", json!({ "customer_img_path": source.file }))
            }
            (_, Some(source)) => (
                "extend",
                json!({ "original_video_id": source.thing.number, "customer_video_path": source.file }),
            ),
        }
    }
}
