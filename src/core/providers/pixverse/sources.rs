//! The sources of a job: found in every spelling and at both levels, put into one list of slots. How a mode uses its
//! sources is left to `modes`, one slot to `slots`.

use std::collections::BTreeSet;

use super::fields::{Field, IdText, Warnings};
use super::ids::Scope;
use super::modes::{Group, Mode};
use super::slots::{Said, Slot, Source, parallel, text_of, uuid_in};
use super::unwrap::Item;
use crate::core::facts::SourceEntry;
use crate::core::json::is_absent;
use crate::core::media::{Anchor, Making, MediaType};

/// A member for the urls and one for the paths of the same sources.
type Pair = (&'static str, &'static str);

/// Collects the sources in the order of the mode's groups. Positions count raw slots, so that a name or a type that is
/// given by slot stays with its source when another slot is empty.
pub fn collect(item: &Item<'_>, mode: Mode, scope: Scope, warnings: &mut Warnings) -> Vec<SourceEntry> {
    let mut parents: Vec<SourceEntry> = Vec::new();
    let mut parts = BTreeSet::new();
    let mut offset = 0;
    for group in mode.groups() {
        let slots = match group {
            Group::Images => images(item, mode, scope.media_type, warnings),
            Group::Videos => videos(item, warnings),
            Group::Audios => audios(item, mode, scope.media_type, warnings),
        };
        for (at, slot) in slots.iter().enumerate() {
            let Some(source) = slot.source() else { continue };
            let parent = source_entry(source, mode, group, scope, offset + at);
            // The same file in the same part; in a fusion one file may go by two names.
            let is_new = parts.insert((parent.relation, parent.name.clone(), parent.aliases.clone()));
            if is_new || mode.repeats_sources() {
                if parents.is_empty() && mode == Mode::TextOrImage {
                    // Which of the two it is, the source says.
                    warnings.trail.note(format_args!("operation"), &source.path);
                }
                source.note(parents.len(), &mut warnings.trail);
                parents.push(parent);
            } else {
                warnings.add("repeated_source", &source.path);
            }
        }
        offset += slots.len();
    }
    if parents.is_empty() && mode.needs_source() {
        warnings.add("source_missing", item.path());
    }
    parents
}

fn source_entry(source: &Source, mode: Mode, group: Group, scope: Scope, position: usize) -> SourceEntry {
    let media_type = match group {
        Group::Images => MediaType::Image,
        Group::Videos => MediaType::Video,
        Group::Audios => MediaType::Audio,
    };
    let scope = Scope { media_type, making: source.making(), ..scope };
    SourceEntry {
        media_type,
        uuid: text_of(&source.uuid).map(ToOwned::to_owned).or_else(|| uuid_in(source.url.as_ref()?)),
        url: text_of(&source.url).map(ToOwned::to_owned),
        id: text_of(&source.id).map(ToOwned::to_owned),
        relation: mode.relation(group, text_of(&source.role)),
        position: u32::try_from(position).unwrap_or(u32::MAX),
        anchor: source.anchor,
        name: text_of(&source.name).map(ToOwned::to_owned),
        aliases: source.aliases(scope),
    }
}

fn images(item: &Item<'_>, mode: Mode, media_type: MediaType, warnings: &mut Warnings) -> Vec<Slot> {
    let mut slots = list(item, ("customer_img_urls", "customer_img_paths"), MediaType::Image, warnings);
    add_singles(&mut slots, item, ("customer_img_url", "customer_img_path"), MediaType::Image, warnings);
    if media_type == MediaType::Audio && count(&slots) == 0 {
        slots = list(item, ("image_urls", "image_paths"), MediaType::Image, warnings);
    }
    add_endpoints(&mut slots, item, mode, warnings);
    add_request_ids(&mut slots, item, warnings);
    if count(&slots) == 0 && mode.starts_from_images() {
        add_lone_image(&mut slots, item, media_type, warnings);
    }
    if mode == Mode::Transition {
        mark_ends(&mut slots);
    }
    if mode == Mode::Fusion {
        add_names(&mut slots, item, warnings);
    }
    slots
}

fn videos(item: &Item<'_>, warnings: &mut Warnings) -> Vec<Slot> {
    let mut slots = list(item, ("customer_video_urls", "customer_video_paths"), MediaType::Video, warnings);
    add_singles(&mut slots, item, ("customer_video_url", "customer_video_path"), MediaType::Video, warnings);
    add_original_id(&mut slots, item, warnings);
    slots
}

fn audios(item: &Item<'_>, mode: Mode, media_type: MediaType, warnings: &mut Warnings) -> Vec<Slot> {
    let mut slots = list(item, ("customer_audio_urls", "customer_audio_paths"), MediaType::Audio, warnings);
    add_singles(&mut slots, item, ("customer_audio_url", "customer_audio_path"), MediaType::Audio, warnings);
    // On the item itself these two may be its own sound; beside a lip sync they are what is spoken.
    let are_spoken = mode == Mode::LipSync && media_type == MediaType::Video;
    for level in item.levels().filter(|level| are_spoken || !item.is_own(level)) {
        add_new(&mut slots, parallel(level, "audio_url", "audio_path", MediaType::Audio, warnings), warnings);
    }
    slots
}

/// The list of the inner level, else of the outer one; a list of blanks is no list.
fn list(item: &Item<'_>, (urls, paths): Pair, media_type: MediaType, warnings: &mut Warnings) -> Vec<Slot> {
    let mut lists = item.levels().map(|level| parallel(level, urls, paths, media_type, warnings));
    lists.find(|slots| slots.iter().any(|slot| !slot.is_blank())).unwrap_or_default()
}

/// Members for a single source add to the list only what it does not have.
fn add_singles(
    slots: &mut Vec<Slot>,
    item: &Item<'_>,
    (url, path): Pair,
    media_type: MediaType,
    warnings: &mut Warnings,
) {
    for level in item.levels() {
        add_new(slots, parallel(level, url, path, media_type, warnings), warnings);
    }
}

fn add_new(slots: &mut Vec<Slot>, more: Vec<Slot>, warnings: &mut Warnings) {
    for slot in more {
        let Some(source) = slot.source() else { continue };
        if slots.iter().filter_map(Slot::source).any(|known| known.is_same(source)) {
            continue;
        }
        if count(slots) > 0 {
            warnings.add("source_spellings_differ", &source.path);
        }
        slots.push(slot);
    }
}

/// A job from two stills may name them by the ends alone. Where a list names several, the ends are in it already.
fn add_endpoints(slots: &mut Vec<Slot>, item: &Item<'_>, mode: Mode, warnings: &mut Warnings) {
    if !mode.has_endpoints() {
        return;
    }
    let first = endpoint(item, ("customer_first_frame_url", "customer_first_frame"), Anchor::First, warnings);
    let last = endpoint(item, ("customer_last_frame_url", "customer_last_frame"), Anchor::Last, warnings);
    let known = count(slots);
    if known == 0 {
        // A loop has the same still at both ends.
        slots.extend([first, last].into_iter().flatten().map(|end| Slot::Source(Box::new(end))));
        return;
    }
    for end in [first, last].into_iter().flatten() {
        if slots.iter().filter_map(Slot::source).any(|still| still.is_same(&end)) {
            continue;
        }
        if known > 1 {
            warnings.add("source_spellings_differ", &end.path);
            continue;
        }
        let at = if end.anchor == Some(Anchor::First) { 0 } else { slots.len() };
        slots.insert(at, Slot::Source(Box::new(end)));
    }
}

fn endpoint(item: &Item<'_>, (url, path): Pair, anchor: Anchor, warnings: &mut Warnings) -> Option<Source> {
    let mut ends = item.levels().flat_map(|level| parallel(level, url, path, MediaType::Image, warnings));
    let source = ends.find_map(|slot| slot.source().cloned())?;
    Some(Source { anchor: Some(anchor), ..source })
}

/// The ends of a transition are its first and last slot that is not blank. Where one of them names no file, no other
/// still is made the end in its place.
fn mark_ends(slots: &mut [Slot]) {
    let filled: Vec<usize> =
        slots.iter().enumerate().filter(|(_, slot)| !slot.is_blank()).map(|(at, _)| at).collect();
    let ends = [(filled.first(), Anchor::First), (filled.last().filter(|_| filled.len() > 1), Anchor::Last)];
    for (at, anchor) in ends {
        if let Some(source) = at.and_then(|at| slots.get_mut(*at)).and_then(Slot::source_mut) {
            source.anchor.get_or_insert(anchor);
        }
    }
}

/// The ids of the stills of an open platform request, in the order of its images.
fn add_request_ids(slots: &mut Vec<Slot>, item: &Item<'_>, warnings: &mut Warnings) {
    let Some(field) = item.anywhere("gen_img_req_img_ids").next() else { return };
    let requested: Vec<Slot> = field.entries().iter().map(|entry| request_id(entry, warnings)).collect();
    if count(slots) == 0 {
        *slots = requested;
    } else if slots.len() == requested.len() {
        for (known, id) in slots.iter_mut().zip(requested) {
            take_id(known, id);
        }
    } else {
        // Lists of two lengths cannot be laid side by side: a wrong pair would make one asset of two.
        warnings.add("parallel_lists_differ", &field.path);
        slots.extend(requested);
    }
}

fn request_id(entry: &Field<'_>, warnings: &mut Warnings) -> Slot {
    if is_absent(entry.value) {
        return Slot::Blank;
    }
    let Some(id) = entry.id(warnings) else { return Slot::Dropped };
    let mut source = Source { making: Some(Making::Uploaded), path: entry.path.clone(), ..Source::default() };
    source.set_id(id, entry.path.clone());
    Slot::Source(Box::new(source))
}

fn take_id(known: &mut Slot, requested: Slot) {
    match (known, requested) {
        (Slot::Source(known), Slot::Source(requested)) => {
            known.making = requested.making;
            known.id = known.id.take().or(requested.id);
            known.uuid = known.uuid.take().or(requested.uuid);
        }
        (known, Slot::Source(requested)) => *known = Slot::Source(requested),
        _ => {}
    }
}

/// Rows without any other still may give one as `img_url`, clips also as `image_url`, which for a still is the output.
fn add_lone_image(slots: &mut Vec<Slot>, item: &Item<'_>, media_type: MediaType, warnings: &mut Warnings) {
    let mut found = Vec::new();
    for level in item.levels() {
        if media_type == MediaType::Image && item.is_own(level) {
            continue;
        }
        found.extend(parallel(level, "img_url", "img_path", MediaType::Image, warnings));
        found.extend(parallel(level, "image_url", "image_path", MediaType::Image, warnings));
    }
    if let Some(slot) = found.into_iter().find(|slot| slot.source().is_some()) {
        slots.push(slot);
    }
}

/// `original_video_id` belongs to the single source clip, whatever else names it. It is the id of a created clip.
fn add_original_id(slots: &mut Vec<Slot>, item: &Item<'_>, warnings: &mut Warnings) {
    let ids: Vec<(IdText, String)> = item
        .anywhere("original_video_id")
        .filter_map(|field| Some((field.id(warnings)?, field.path)))
        .collect();
    let Some((id, path)) = ids.first() else { return };
    if let Some((_, other)) = ids.iter().find(|(other, _)| other != id) {
        warnings.add("source_spellings_differ", other);
    }
    let sources = count(slots);
    let known = slots
        .iter_mut()
        .rev()
        .find_map(Slot::source_mut)
        .filter(|source| sources == 1 && source.id.is_none());
    if let Some(source) = known {
        source.making = Some(Making::Created);
        source.set_id(id.clone(), path.clone());
        return;
    }
    let mut source = Source { making: Some(Making::Created), path: path.clone(), ..Source::default() };
    source.set_id(id.clone(), path.clone());
    if !slots.iter().filter_map(Slot::source).any(|known| known.is_same(&source)) {
        slots.push(Slot::Source(Box::new(source)));
    }
}

/// A fusion's names and types, by raw slot.
fn add_names(slots: &mut [Slot], item: &Item<'_>, warnings: &mut Warnings) {
    for (list, is_name) in [("fusion_name_list", true), ("fusion_type_list", false)] {
        let Some(field) = item.anywhere(list).next() else { continue };
        for (slot, entry) in slots.iter_mut().zip(field.entries()) {
            let Some(source) = slot.source_mut() else { continue };
            let Some(text) = entry.text(warnings) else { continue };
            let member = if is_name { &mut source.name } else { &mut source.role };
            *member = Some(Said { text: text.trim().to_owned(), path: entry.path });
        }
    }
}

fn count(slots: &[Slot]) -> usize {
    slots.iter().filter(|slot| slot.source().is_some()).count()
}
