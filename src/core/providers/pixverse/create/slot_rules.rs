//! What the inputs of a request may be: relation, media type, how many, and whether the provider has them. What their
//! names must be is left to `rules`.

use super::inputs::{Missing, missing_inputs};
use super::table::{Row, Slot};
use super::validate::Report;
use crate::core::generation::request::GenerationRequest;
use crate::core::media::Api;

/// What the open platform's mode of that name takes.
const OMNI_REFERENCES: usize = 10;

/// Checks the inputs.
pub fn check(row: &Row, request: &GenerationRequest, api: Api, report: &mut Report) {
    for place in 0..request.inputs.len() {
        one(row, request, place, report);
    }
    for slot in row.slots {
        count(slot, row, request, report);
    }
    for input in missing_inputs(request, api) {
        if let Missing::Refused(reason) = input.missing {
            report.add(format!("/inputs/{}", input.place), "input_not_at_provider", reason);
        }
    }
}

fn one(row: &Row, request: &GenerationRequest, place: usize, report: &mut Report) {
    let Some(input) = request.inputs.get(place) else { return };
    if !row.slots.iter().any(|slot| slot.takes(input)) {
        let message = format!(
            "{} takes no {} as {}; it takes {}",
            request.operation,
            input.media_type,
            input.relation,
            taken(row)
        );
        report.add(format!("/inputs/{place}/relation"), "relation_not_allowed", message);
    }
    let mut before = request.inputs.iter().take(place);
    if before.any(|other| other.media_type == input.media_type && other.position == input.position) {
        let message = format!("another {} has the position {} already", input.media_type, input.position);
        report.add(format!("/inputs/{place}/position"), "position_taken", message);
    }
}

/// What a row takes, for people: `1 image as SOURCE_IMAGE, 1 video as CONTROL_INPUT`.
fn taken(row: &Row) -> String {
    if row.slots.is_empty() {
        return "no inputs".to_owned();
    }
    let slot = |slot: &Slot| {
        let relations: Vec<&str> = slot.relations.iter().map(|relation| relation.as_str()).collect();
        format!("{} as {}", slot.media_type, relations.join(" or "))
    };
    row.slots.iter().map(slot).collect::<Vec<_>>().join(", ")
}

fn count(slot: &Slot, row: &Row, request: &GenerationRequest, report: &mut Report) {
    let places: Vec<usize> =
        (0..).zip(&request.inputs).filter(|(_, input)| slot.takes(input)).map(|(place, _)| place).collect();
    let relations = slot.relations.iter().map(|relation| relation.as_str()).collect::<Vec<_>>().join(" or ");
    if places.len() < slot.least {
        let message = format!(
            "{} needs {} {} as {relations}, {} given",
            request.operation,
            slot.least,
            slot.media_type,
            places.len()
        );
        report.add("/inputs", "too_few_inputs", message);
    }
    let model = row.model(request);
    if let (Some(place), Some(model)) = (places.first(), model)
        && !slot.models.is_empty()
        && !slot.models.contains(&model.id)
    {
        let message = format!(
            "{} takes {} as {relations} with the models {} only, not with {}",
            request.operation,
            slot.media_type,
            slot.models.join(", "),
            model.id
        );
        report.add(format!("/inputs/{place}"), "not_with_model", message);
    }
    let is_omni = request.parameters.get("reference_mode").is_some_and(|mode| mode == "omni");
    let of_model = model.and_then(|model| if is_omni { Some(OMNI_REFERENCES) } else { model.references });
    let most = slot.most.or(of_model);
    if let Some(most) = most
        && let Some(place) = places.get(most)
    {
        let message = format!("{} {} as {relations}, {most} at most", places.len(), slot.media_type);
        report.add(format!("/inputs/{place}"), "too_many_inputs", message);
    }
}
