//! What must fit together in a request: stretches and stills, sound and its source, names and the prompt. What each
//! member must be alone is left to `parameters` and `slot_rules`.

use serde_json::Value;

use super::table::{Form, Row};
use super::validate::{Report, shown};
use crate::core::generation::request::{GenerationRequest, Input};
use crate::core::media::{MediaType, Operation, Relation};

/// Characters of a reference's name.
const NAME_CHARACTERS: usize = 30;
/// Seconds of a fusion's clips, and of its sound.
const REFERENCE_SECONDS: f64 = 15.0;
/// Speech that the provider makes: whose, and what it says.
const SPEECH: [&str; 2] = ["lip_sync_tts_speaker_id", "lip_sync_tts_content"];

/// Checks what must fit together.
pub fn check(row: &Row, request: &GenerationRequest, report: &mut Report) {
    stretches(request, report);
    motion(request, report);
    if row.parameters.iter().any(|parameter| parameter.name == SPEECH[0]) {
        speech(request, report);
    }
    match request.operation {
        Operation::Restyle => restyle(request, report),
        Operation::VideoAgent => agent(request, report),
        _ => {}
    }
    roles(request, report);
    names(row, request, report);
    reference_lengths(request, report);
}

fn given<'a>(request: &'a GenerationRequest, name: &str) -> Option<&'a Value> {
    request.parameters.get(name)
}

/// Between n stills there are n - 1 stretches.
fn stretches(request: &GenerationRequest, report: &mut Report) {
    let wanted = request.inputs.len().saturating_sub(1);
    for name in ["prompts", "durations"] {
        let Some(list) = given(request, name).and_then(Value::as_array) else { continue };
        if list.len() != wanted {
            let message = format!(
                "{} entries, but {} stills have {wanted} stretches between them",
                list.len(),
                request.inputs.len()
            );
            report.add(format!("/parameters/{name}"), "wrong_count", message);
        }
    }
}

/// Fast motion is made for 5 seconds, below 1080p.
fn motion(request: &GenerationRequest, report: &mut Report) {
    let is = |name, value: Value| given(request, name) == Some(&value);
    let fits = is("duration", 5.into()) && !is("quality", "1080p".into());
    if is("motion_mode", "fast".into()) && !fits {
        let message = "fast motion takes a duration of 5 and a quality below 1080p";
        report.add("/parameters/motion_mode", "conflict", message);
    }
}

/// Speech comes from a file or from a speaker with a text, never from both.
fn speech(request: &GenerationRequest, report: &mut Report) {
    let has_file = request.inputs.iter().any(|input| input.media_type == MediaType::Audio);
    let given_count = SPEECH.iter().filter(|name| given(request, name).is_some()).count();
    let wants_speech = request.operation == Operation::LipSync
        || given(request, "lip_sync_tts_switch") == Some(&Value::Bool(true));
    match (has_file, given_count) {
        (true, 1..) => {
            report.add(
                "/parameters/lip_sync_tts_content",
                "conflict",
                "the speech is in the audio input already",
            );
        }
        (false, 0) if wants_speech => {
            report.add(
                "/inputs",
                "required",
                "speech needs an audio as SOURCE_AUDIO, or lip_sync_tts_speaker_id and lip_sync_tts_content",
            );
        }
        (_, 1) => {
            for name in SPEECH.iter().filter(|name| given(request, name).is_none()) {
                report.add(
                    format!("/parameters/{name}"),
                    "required",
                    "a speaker needs a text, and a text a speaker",
                );
            }
        }
        _ => {}
    }
}

fn restyle(request: &GenerationRequest, report: &mut Report) {
    if request.prompt.is_none() && given(request, "restyle_id").is_none() {
        report.add("/prompt", "required", "restyle needs a prompt or a restyle_id");
    }
}

fn agent(request: &GenerationRequest, report: &mut Report) {
    if request.prompt.is_none() && given(request, "product_url").is_none() {
        report.add("/prompt", "required", "an agent needs a prompt, or a product_url to read about it");
    }
}

const fn has_role(input: &Input) -> bool {
    matches!(input.relation, Relation::FusionCharacter | Relation::FusionBackground)
}

/// Either every still of a fusion has a role, or none has.
fn roles(request: &GenerationRequest, report: &mut Report) {
    let is_still = |input: &&Input| input.media_type == MediaType::Image;
    let has_roles = request.inputs.iter().any(has_role);
    let mut plain = (0..).zip(&request.inputs).filter(|(_, input): &(usize, &Input)| {
        is_still(input) && input.relation == Relation::FusionReference
    });
    if has_roles && let Some((place, _)) = plain.next() {
        let message = "either every still has a role (FUSION_CHARACTER, FUSION_BACKGROUND), or none has";
        report.add(format!("/inputs/{place}/relation"), "conflict", message);
    }
}

/// A still with a role has a name, by which the prompt calls it; no other input has one.
fn names(row: &Row, request: &GenerationRequest, report: &mut Report) {
    let takes_names = row.slots.iter().any(|slot| matches!(slot.form, Form::Cast | Form::References));
    for (place, input) in request.inputs.iter().enumerate() {
        let pointer = format!("/inputs/{place}/name");
        match &input.name {
            Some(name) if takes_names && has_role(input) => {
                let mut before = request.inputs.iter().take(place);
                if before.any(|other| other.name.as_ref() == Some(name)) {
                    report.add(
                        &pointer,
                        "name_taken",
                        format!("another input has the name {:?} already", shown(name)),
                    );
                }
                check_name(name, request.prompt.as_deref().unwrap_or_default(), &pointer, report);
            }
            Some(name) => {
                let message = format!(
                    "only a fusion's characters and backgrounds have names, {:?} is for none",
                    shown(name)
                );
                report.add(pointer, "not_supported", message);
            }
            None if takes_names && has_role(input) => {
                report.add(
                    pointer,
                    "required",
                    "a character or background has a name, and the prompt says @name",
                );
            }
            None => {}
        }
    }
}

fn check_name(name: &str, prompt: &str, pointer: &str, report: &mut Report) {
    let characters = name.chars().count();
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b' ');
    if name.trim() != name || name.is_empty() || !is_plain || characters > NAME_CHARACTERS {
        let message = format!(
            "{:?} is not a name of 1 to {NAME_CHARACTERS} letters, digits, underscores and spaces between them",
            shown(name)
        );
        report.add(pointer, "invalid_name", message);
    } else if !is_called(name, prompt) {
        let message = format!("the prompt does not say \"@{name}\", followed by a space or its end");
        report.add(pointer, "name_not_in_prompt", message);
    }
}

/// Whether the prompt says `@name`, and not only a longer name that begins like it.
fn is_called(name: &str, prompt: &str) -> bool {
    let call = format!("@{name}");
    prompt.match_indices(&call).any(|(at, call)| {
        let after = prompt.get(at + call.len()..).unwrap_or_default();
        after.is_empty() || after.starts_with(char::is_whitespace)
    })
}

fn reference_lengths(request: &GenerationRequest, report: &mut Report) {
    if request.operation != Operation::Fusion {
        return;
    }
    for kind in [MediaType::Video, MediaType::Audio] {
        let inputs = request.inputs.iter().filter(|input| input.media_type == kind);
        let seconds: f64 = inputs.filter_map(|input| input.duration_s).sum();
        if seconds > REFERENCE_SECONDS {
            let message = format!("{seconds} s of {kind}, {REFERENCE_SECONDS} s at most together");
            report.add("/inputs", "too_long", message);
        }
    }
}
